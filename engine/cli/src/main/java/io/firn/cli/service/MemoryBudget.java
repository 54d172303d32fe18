package io.firn.cli.service;

import io.firn.catalog.config.FirnConfig;
import java.lang.management.ManagementFactory;

/**
 * Who may use how much of the memory there is: Java's heap, where records are decoded and the key index is cached;
 * DuckDB, which folds, verifies and answers; and a DuckDB of its own for compaction, which must not take from the
 * writer.
 *
 * @param workbenchBytes for the writer's and the readers' DuckDB
 * @param compactionBytes for compaction's DuckDB
 */
record MemoryBudget(long heapBytes, long workbenchBytes, long compactionBytes) {
    /** For the operating system, Java itself and RocksDB. */
    private static final double KEPT_FREE = 0.1;

    private static final long LEAST_BYTES = 64L << 20;

    /**
     * Divides the memory. Where the configured limits fit beside the heap they stay; where they do not, both are made
     * smaller in the same proportion.
     *
     * @param memoryBytes of the machine or the container
     */
    static MemoryBudget of(long memoryBytes, long heapBytes, long wantedWorkbench, long wantedCompaction) {
        double left = Math.max(0, memoryBytes * (1 - KEPT_FREE) - heapBytes);
        double share = Math.min(1, left / ((double) wantedWorkbench + wantedCompaction));
        return new MemoryBudget(heapBytes, share(wantedWorkbench, share), share(wantedCompaction, share));
    }

    private static long share(long wanted, double share) {
        return Math.max(Math.min(wanted, LEAST_BYTES), (long) (wanted * share));
    }

    /** For this process on this machine. */
    static MemoryBudget of(FirnConfig config) {
        return of(
                machineBytes(),
                Runtime.getRuntime().maxMemory(),
                config.workbench().memoryBytes(),
                config.compaction().memoryBytes());
    }

    private static long machineBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                ? machine.getTotalMemorySize()
                : Long.MAX_VALUE;
    }

    /** Whether the configured limits had to be made smaller. */
    boolean isBelow(FirnConfig config) {
        return workbenchBytes < config.workbench().memoryBytes()
                || compactionBytes < config.compaction().memoryBytes();
    }

    /** The configuration with these limits. */
    FirnConfig applied(FirnConfig config) {
        return config.withMemory(workbenchBytes, compactionBytes);
    }
}
