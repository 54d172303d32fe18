package io.firn.catalog.config;

import org.jspecify.annotations.Nullable;

/**
 * When files are rewritten and what that may cost.
 *
 * @param schedule five cron fields: minute, hour, day of month, month, day of week
 * @param budgetBytes bytes that may be rewritten in a day
 * @param quietHours no scheduled rewrite starts in these; null when any hour will do
 * @param concurrency tables that are compacted at the same time
 * @param prices what plans are priced by
 */
public record CompactionConfig(
        String schedule,
        long targetFileBytes,
        long memoryBytes,
        long budgetBytes,
        @Nullable QuietHours quietHours,
        int concurrency,
        Prices prices) {

    /** The same with another limit of memory. */
    public CompactionConfig withMemory(long bytes) {
        return new CompactionConfig(schedule, targetFileBytes, bytes, budgetBytes, quietHours, concurrency, prices);
    }
}
