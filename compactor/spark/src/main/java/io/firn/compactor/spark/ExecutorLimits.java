package io.firn.compactor.spark;

import io.firn.catalog.config.WorkbenchConfig;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * What one task may use of its executor's machine, outside Spark's own memory.
 *
 * @param memoryBytes DuckDB's memory; spark.executor.memoryOverhead must have room for it, once for each core
 * @param threads DuckDB's threads, as many as spark.task.cpus
 * @param spillBytes room for sorts on the executor's disk
 * @param cacheBytes room for the files of one group, which are fetched before they are read
 */
record ExecutorLimits(long memoryBytes, int threads, long spillBytes, long cacheBytes) implements Serializable {
    /** Folders of the executor itself, since the driver's mean nothing there. */
    WorkbenchConfig machine() {
        Path folder = Path.of(
                System.getProperty("java.io.tmpdir"),
                "firn-" + ProcessHandle.current().pid());
        return new WorkbenchConfig(
                memoryBytes,
                threads,
                folder.resolve("spill"),
                spillBytes,
                folder.resolve("cache"),
                cacheBytes,
                folder.resolve("index"));
    }
}
