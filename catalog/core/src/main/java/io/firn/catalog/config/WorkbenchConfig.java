package io.firn.catalog.config;

import java.nio.file.Path;

/**
 * What DuckDB and the local accelerators may use of this machine.
 *
 * @param memoryBytes DuckDB's memory limit
 * @param threads DuckDB's threads
 * @param tempDirectory where sorts spill
 * @param cacheDirectory where files of the lake are kept for reading again
 * @param indexDirectory where the key index lives; it may be deleted at any time
 */
public record WorkbenchConfig(
        long memoryBytes,
        int threads,
        Path tempDirectory,
        long tempLimitBytes,
        Path cacheDirectory,
        long cacheLimitBytes,
        Path indexDirectory) {

    /** The same with another limit of memory. */
    public WorkbenchConfig withMemory(long bytes) {
        return new WorkbenchConfig(
                bytes, threads, tempDirectory, tempLimitBytes, cacheDirectory, cacheLimitBytes, indexDirectory);
    }

    /** The same with another number of threads. */
    public WorkbenchConfig withThreads(int number) {
        return new WorkbenchConfig(
                memoryBytes, number, tempDirectory, tempLimitBytes, cacheDirectory, cacheLimitBytes, indexDirectory);
    }
}
