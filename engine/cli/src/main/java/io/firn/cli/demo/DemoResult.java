package io.firn.cli.demo;

import java.nio.file.Path;
import java.util.List;

/**
 * What the demo did and found.
 *
 * @param tables one line for each table
 * @param price a price that changed, on two days
 * @param history the changes of that price
 * @param cached what Redis answers for one product, as {@code field=value}
 * @param figures name and value of what was measured
 * @param checks what had to hold
 */
public record DemoResult(
        Path config,
        List<TableLine> tables,
        PriceOnTwoDays price,
        List<PriceChange> history,
        List<String> cached,
        List<Figure> figures,
        List<Check> checks) {
    /** @return whether every check held */
    public boolean holds() {
        return checks.stream().allMatch(Check::held);
    }

    /** One table on both sides, and its files around the compaction. */
    public record TableLine(
            String table, long postgresRows, long lakeRows, boolean equalDigest, int filesBefore, int filesAfter) {}

    /** The same price as it was when two days closed. */
    public record PriceOnTwoDays(
            long product, String market, String firstDay, String firstAmount, String lastDay, String lastAmount) {}

    /** One change from the change log. */
    public record PriceChange(String when, String operation, String before, String after, String transaction) {}

    /** Something measured. */
    public record Figure(String name, String value) {}

    /** Something that had to hold. */
    public record Check(String name, boolean held, String detail) {}
}
