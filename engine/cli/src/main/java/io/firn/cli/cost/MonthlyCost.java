package io.firn.cli.cost;

import io.firn.snapshot.cost.PriceList;
import io.firn.snapshot.cost.TableBytes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A month's bill, line by line. Pure.
 *
 * @param items in the order in which they are shown
 */
public record MonthlyCost(List<Item> items) {
    /** Two looks at the table and one update: what a commit to Glue takes. */
    private static final int CATALOG_CALLS = 3;

    /** Metadata, manifest list and manifests, read again by whoever commits. */
    private static final int READS = 6;

    /** Snowflake looks once a minute. */
    private static final double REFRESHES_AT_MOST = 43_800;

    /**
     * A line.
     *
     * @param amount how much of it, in words
     * @param dollars a month
     */
    public record Item(String name, String amount, double dollars) {}

    /** Who reads the lake. */
    public enum Readers {
        /** Nobody who is told of new snapshots. */
        NONE,
        /** Snowflake, which refreshes its tables. */
        SNOWFLAKE
    }

    public MonthlyCost {
        items = List.copyOf(items);
    }

    /**
     * Adds up.
     *
     * @param commitFactor how many times as often as now commits would come; 1 for as often
     */
    public static MonthlyCost of(List<TableUsage> tables, PriceList list, Readers readers, double commitFactor) {
        List<Item> items = new ArrayList<>();
        tables.forEach(table -> storage(table, list, items));
        double objects =
                sum(tables, table -> table.activity().times(commitFactor).objectsAMonth());
        double commits =
                sum(tables, table -> table.activity().times(commitFactor).commitsAMonth());
        items.add(new Item("requests: objects written", count(objects), objects / 1000 * list.puts()));
        items.add(new Item(
                "requests: objects read by commits", count(commits * READS), commits * READS / 1000 * list.gets()));
        items.add(new Item(
                "requests: catalog",
                count(commits * CATALOG_CALLS),
                commits * CATALOG_CALLS / 1e6 * list.catalogCalls()));
        compaction(tables, list, items);
        if (readers == Readers.SNOWFLAKE) {
            double refreshes = sum(
                    tables,
                    table -> Math.min(
                            REFRESHES_AT_MOST,
                            table.activity().times(commitFactor).commitsAMonth()));
            items.add(new Item("Snowflake: refreshes", count(refreshes), refreshes / 1000 * list.refreshes()));
        }
        list.monthly().forEach(item -> items.add(new Item(item.name(), count(item.amount()), item.dollars())));
        return new MonthlyCost(items);
    }

    private static double sum(List<TableUsage> tables, ToDoubleFunction<TableUsage> what) {
        return tables.stream().mapToDouble(what).sum();
    }

    private static void storage(TableUsage usage, PriceList list, List<Item> items) {
        String table = usage.table();
        TableBytes stored = usage.stored();
        long current = stored.current();
        long unnamed = stored.neededOnlyBy(TableBytes.UNNAMED::equals);
        long named = stored.total() - current - unnamed;
        items.add(new Item(table + ": current rows", bytes(current), list.storing(current)));
        items.add(new Item(table + ": days and other tags", bytes(named), list.storing(named)));
        items.add(new Item(table + ": snapshots to be forgotten", bytes(unnamed), list.storing(unnamed)));
    }

    private static void compaction(List<TableUsage> tables, PriceList list, List<Item> items) {
        double hours = sum(tables, table -> table.compaction().hoursAMonth());
        items.add(new Item(
                "compaction: hours of runs",
                BigDecimal.valueOf(hours).setScale(2, RoundingMode.HALF_UP).toPlainString(),
                hours * list.compactionHour()));
        double rewritten = sum(tables, table -> table.compaction().bytesAMonth());
        items.add(new Item("compaction: rewritten", bytes(Math.round(rewritten)), 0));
    }

    /** Dollars a month. */
    public double total() {
        return items.stream().mapToDouble(Item::dollars).sum();
    }

    private static String bytes(long bytes) {
        return bytes + " bytes";
    }

    private static String count(double count) {
        return BigDecimal.valueOf(count).setScale(0, RoundingMode.HALF_UP).toPlainString();
    }
}
