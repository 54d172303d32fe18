package io.firn.engine.seed;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.engine.seed.SeedSource.Capture;
import io.firn.engine.seed.SeedSource.Moment;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes over from the source, now and then, which rows have changed, so that the source can let go of its log while the
 * load goes on.
 */
final class Noter implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final SeedSource source;
    private final Map<String, TableSeed> tables = new HashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "firn-seed-changes");
        daemon.setDaemon(true);
        return daemon;
    });
    private @Nullable RuntimeException failure;

    Noter(SeedSource source, List<TableSeed> tables) {
        this.source = source;
        tables.forEach(table -> this.tables.put(table.source().name(), table));
    }

    void start() {
        thread.scheduleWithFixedDelay(this::collect, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void collect() {
        try {
            source.collect(new ToTables());
        } catch (RuntimeException e) {
            boolean passes = e instanceof FirnException known && known.code() == ErrorCode.SOURCE_UNAVAILABLE;
            if (!passes) {
                failure = e;
            }
        }
    }

    /** @throws RuntimeException when changes are lost or cannot be kept */
    synchronized void requireWorking() {
        if (failure != null) {
            throw failure;
        }
    }

    /** Fixes the moment; every change up to it is known then. */
    synchronized Moment moment(long cutNumber, List<String> names, Capture capture) {
        requireWorking();
        return source.moment(cutNumber, names, capture, new ToTables());
    }

    private final class ToTables implements SeedSource.Changes {
        @Override
        public void changed(String table, List<String> key) {
            TableSeed changed = tables.get(table);
            if (changed != null) {
                changed.keys().add(key);
            }
        }

        @Override
        public void truncated(String table) {
            TableSeed truncated = tables.get(table);
            if (truncated != null) {
                truncated.changed("was truncated");
            }
        }

        @Override
        public void keep() {
            tables.values().forEach(table -> table.keys().keep());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
