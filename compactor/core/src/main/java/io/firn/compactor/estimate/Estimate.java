package io.firn.compactor.estimate;

import io.firn.catalog.config.Prices;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.plan.PlanRules;

/**
 * What rewriting a group is expected to bring, and to cost.
 *
 * @param filesAfter data files in place of the group's
 * @param lookUpBytesSaved bytes of files that a look-up of one value of the sort key no longer has to consider
 * @param scanBytesSaved bytes of deleted rows that a reader of everything no longer reads
 * @param dollars for the cores at work, and for storing what tags keep of the old files
 */
public record Estimate(int filesAfter, long lookUpBytesSaved, long scanBytesSaved, double dollars) {
    /** Measured with reference rows: sorted, written, read back and compared by one core in a second. */
    private static final double BYTES_PER_CORE_SECOND = 30 << 20;

    private static final double SECONDS_PER_HOUR = 3600;
    private static final double BYTES_PER_GB = 1L << 30;

    /**
     * Estimates one group.
     *
     * @param keptMonths how long the newest tag will still be kept
     */
    public static Estimate of(FileGroup group, PlanRules rules, Prices prices, double keptMonths) {
        long live = group.bytes() - deletedBytes(group);
        int files = live == 0 ? 0 : rules.filesFor(live);
        long lookUpAfter = files == 0 ? 0 : live / files;
        double compute = group.bytes() / BYTES_PER_CORE_SECOND / SECONDS_PER_HOUR * prices.computeDollarsPerCoreHour();
        double storage = group.pinnedBytes() / BYTES_PER_GB * keptMonths * prices.storageDollarsPerGbMonth();
        return new Estimate(
                files, Math.max(0, group.lookUpBytes() - lookUpAfter), deletedBytes(group), compute + storage);
    }

    /** Returns about how many bytes of the group's files are deleted rows. */
    static long deletedBytes(FileGroup group) {
        return group.files().stream()
                .mapToLong(file -> (long) (file.bytes() * file.deletedShare()))
                .sum();
    }
}
