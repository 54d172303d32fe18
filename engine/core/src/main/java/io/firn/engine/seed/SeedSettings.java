package io.firn.engine.seed;

import io.firn.catalog.config.WorkbenchConfig;
import java.nio.file.Path;

/**
 * How hard a load may work.
 *
 * @param connections how many parts are read at the same time
 * @param folder where rows wait on their way; emptied at the beginning
 */
public record SeedSettings(int connections, Throttle throttle, Path folder) {
    public SeedSettings {
        if (connections < 1) {
            throw new IllegalArgumentException("connections must be positive but was " + connections);
        }
    }

    /**
     * What DuckDB may use while so many connections read. Each of them sorts and writes its own parts, so DuckDB needs
     * threads of its own only where processors are left; with a single one a file is written as its rows come out of
     * the sort, which saves a fifth of the work.
     *
     * @param connections at least 1
     */
    public static WorkbenchConfig workbench(WorkbenchConfig config, int connections) {
        return config.withThreads(Math.max(1, config.threads() / connections));
    }
}
