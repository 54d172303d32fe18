package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.cost.MonthlyCost;
import io.firn.cli.cost.TableUsage;
import io.firn.cli.terminal.RowWriter;
import io.firn.snapshot.cost.PriceList;
import io.firn.snapshot.cost.TableBytes;
import io.firn.workbench.AsOf;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code firn cost}. */
@Command(
        name = "cost",
        header = "Computes what the lake costs a month.",
        description = "Bytes are those that the tables' metadata name, each counted once, with whose sake they are kept"
                + " for; requests and compactions are those of the last week, carried on for a month; the rest is in the"
                + " price list. docs/cost.md has the list, and works out a large lake.",
        footer = {
            "  firn cost --prices prices.yaml",
            "  firn cost --tags",
            "  firn cost --retain P12M",
            "  firn cost --commit-interval PT10S"
        })
final class CostCommand implements Callable<Integer> {
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

    @Option(
            names = "--commit-interval",
            paramLabel = "D",
            description =
                    "What it would cost with commits so far apart instead of commit.interval, as in PT10S or PT5M.")
    private @Nullable Duration interval;

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
            } else if (interval != null) {
                otherwise(lake, list, readers(config), factor(config.commit().interval(), interval));
            } else {
                all(lake, list, readers(config));
            }
        }
        return 0;
    }

    private static MonthlyCost.Readers readers(FirnConfig config) {
        return config.serving().snowflake() == null ? MonthlyCost.Readers.NONE : MonthlyCost.Readers.SNOWFLAKE;
    }

    private static double factor(Duration now, Duration then) {
        if (then.toMillis() <= 0) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID, "--commit-interval must be positive, as in PT10S, but was " + then);
        }
        return (double) now.toMillis() / then.toMillis();
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

    private List<TableUsage> usage(Lake lake) {
        Instant now = Instant.now();
        return lake.tables().stream()
                .map(name -> TableUsage.of(name, lake.table(name), now))
                .toList();
    }

    private void all(Lake lake, PriceList list, MonthlyCost.Readers readers) {
        MonthlyCost cost = MonthlyCost.of(usage(lake), list, readers, 1);
        try (RowWriter rows = session.rows("item", "amount", "dollars_a_month")) {
            cost.items().forEach(item -> rows.row(List.of(item.name(), item.amount(), dollars(item.dollars()))));
            rows.row(List.of(total(list), "", dollars(cost.total())));
        }
    }

    private void otherwise(Lake lake, PriceList list, MonthlyCost.Readers readers, double commitFactor) {
        List<TableUsage> usage = usage(lake);
        MonthlyCost now = MonthlyCost.of(usage, list, readers, 1);
        MonthlyCost then = MonthlyCost.of(usage, list, readers, commitFactor);
        try (RowWriter rows = session.rows("item", "amount", "amount_then", "dollars_a_month", "dollars_then")) {
            for (int i = 0; i < now.items().size(); i++) {
                MonthlyCost.Item item = now.items().get(i);
                MonthlyCost.Item other = then.items().get(i);
                if (!item.equals(other)) {
                    rows.row(List.of(
                            item.name(),
                            item.amount(),
                            other.amount(),
                            dollars(item.dollars()),
                            dollars(other.dollars())));
                }
            }
            rows.row(List.of(total(list), "", "", dollars(now.total()), dollars(then.total())));
        }
    }

    private static String total(PriceList list) {
        return "total, of %s allowed".formatted(dollars(list.limit()));
    }

    private static BigDecimal dollars(double dollars) {
        return BigDecimal.valueOf(dollars).setScale(2, RoundingMode.HALF_UP);
    }
}
