package io.firn.cli;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.snapshot.cost.PriceList;
import io.firn.snapshot.cost.TableActivity;
import io.firn.snapshot.cost.TableBytes;
import io.firn.workbench.AsOf;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code firn cost}. */
@Command(
        name = "cost",
        header = "Computes what the lake costs a month.",
        description = "Bytes are those that the tables' metadata name, each counted once, with whose sake they are kept"
                + " for; requests are those of the last week, carried on for a month; the rest is in the price list."
                + " docs/cost.md has the list, and works out a large lake.",
        footer = {"  firn cost --prices prices.yaml", "  firn cost --tags", "  firn cost --retain P12M"})
final class CostCommand implements Callable<Integer> {
    private static final Duration LOOKED_AT = Duration.ofDays(7);

    /** Two looks at the table and one update: what a commit to Glue takes. */
    private static final int CATALOG_CALLS = 3;

    /** Metadata, manifest list and manifests, read again by whoever commits. */
    private static final int READS = 6;

    private final Session session;

    @Option(names = "--prices", paramLabel = "FILE", description = "The price list; an example when left out.")
    private @Nullable Path prices;

    @Option(names = "--tags", description = "What each tag alone costs: what would be saved without it.")
    private boolean tags;

    @Option(
            names = "--retain",
            paramLabel = "PERIOD",
            description = "What would be saved if days were kept for this long, as in P12M or P90D.")
    private @Nullable Period retain;

    CostCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        PriceList list = prices == null ? PriceList.example() : PriceList.read(prices);
        try (Lake lake = Lake.open(config.lake())) {
            if (tags) {
                tags(lake, list);
            } else if (retain != null) {
                retain(lake, list, LocalDate.now(config.snapshots().zone()).minus(retain));
            } else {
                all(lake, list);
            }
        }
        return 0;
    }

    private void tags(Lake lake, PriceList list) {
        try (RowWriter rows = session.rows("table", "tag", "bytes", "dollars_a_month")) {
            for (String name : lake.tables()) {
                TableBytes stored = TableBytes.of(lake.table(name));
                for (String keeper : stored.keepers()) {
                    if (!keeper.equals(TableBytes.CURRENT)) {
                        long bytes = stored.neededOnlyBy(keeper::equals);
                        rows.row(List.of(name, keeper, bytes, dollars(list.storing(bytes))));
                    }
                }
            }
        }
    }

    private void retain(Lake lake, PriceList list, LocalDate first) {
        try (RowWriter rows = session.rows("table", "days_forgotten", "bytes_saved", "dollars_saved_a_month")) {
            for (String name : lake.tables()) {
                TableBytes stored = TableBytes.of(lake.table(name));
                List<String> forgotten = stored.keepers().stream()
                        .filter(keeper ->
                                AsOf.day(keeper).map(day -> day.isBefore(first)).orElse(false))
                        .toList();
                long bytes = stored.neededOnlyBy(forgotten::contains);
                rows.row(List.of(name, forgotten.size(), bytes, dollars(list.storing(bytes))));
            }
        }
    }

    private record Item(String name, String amount, double dollars) {}

    private void all(Lake lake, PriceList list) {
        List<Item> items = new ArrayList<>();
        double commits = 0;
        double objects = 0;
        for (String name : lake.tables()) {
            Table table = lake.table(name);
            storage(name, TableBytes.of(table), list, items);
            TableActivity activity = TableActivity.of(table, Instant.now(), LOOKED_AT);
            commits += activity.commitsAMonth();
            objects += activity.objectsAMonth();
        }
        items.add(new Item("requests: objects written", count(objects), objects / 1000 * list.puts()));
        items.add(new Item(
                "requests: objects read by commits", count(commits * READS), commits * READS / 1000 * list.gets()));
        items.add(new Item(
                "requests: catalog",
                count(commits * CATALOG_CALLS),
                commits * CATALOG_CALLS / 1e6 * list.catalogCalls()));
        list.monthly().forEach(item -> items.add(new Item(item.name(), count(item.amount()), item.dollars())));
        double total = items.stream().mapToDouble(Item::dollars).sum();
        items.add(new Item("total, of %s allowed".formatted(dollars(list.limit())), "", total));
        try (RowWriter rows = session.rows("item", "amount", "dollars_a_month")) {
            items.forEach(item -> rows.row(List.of(item.name(), item.amount(), dollars(item.dollars()))));
        }
    }

    private static void storage(String table, TableBytes stored, PriceList list, List<Item> items) {
        long current = stored.current();
        long unnamed = stored.neededOnlyBy(TableBytes.UNNAMED::equals);
        long named = stored.total() - current - unnamed;
        items.add(new Item(table + ": current rows", bytes(current), list.storing(current)));
        items.add(new Item(table + ": days and other tags", bytes(named), list.storing(named)));
        items.add(new Item(table + ": snapshots to be forgotten", bytes(unnamed), list.storing(unnamed)));
    }

    private static String bytes(long bytes) {
        return bytes + " bytes";
    }

    private static String count(double count) {
        return BigDecimal.valueOf(count).setScale(0, RoundingMode.HALF_UP).toPlainString();
    }

    private static BigDecimal dollars(double dollars) {
        return BigDecimal.valueOf(dollars).setScale(2, RoundingMode.HALF_UP);
    }
}
