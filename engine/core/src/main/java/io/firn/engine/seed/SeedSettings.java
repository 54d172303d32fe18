package io.firn.engine.seed;

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
}
