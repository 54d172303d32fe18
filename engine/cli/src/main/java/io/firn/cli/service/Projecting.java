package io.firn.cli.service;

import io.firn.catalog.Cut;
import io.firn.catalog.Lake;
import io.firn.catalog.config.RedisConfig;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.redis.Progress;
import io.firn.engine.redis.Projector;
import io.firn.workbench.Workbench;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Brings Redis up to the lake after every commit of this process, and every few seconds for those of others. */
final class Projecting implements Activity, IngestListener {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final RedisConfig config;
    private final Lake lake;
    private final Workbench workbench;
    private final Semaphore commits = new Semaphore(0);
    private volatile Map<String, Long> cuts = Map.of();
    private volatile boolean stopped;

    Projecting(RedisConfig config, Lake lake, Workbench workbench) {
        this.config = config;
        this.lake = lake;
        this.workbench = workbench;
    }

    @Override
    public String name() {
        return "project";
    }

    /** @return the cut that Redis has of each projected table */
    Map<String, Long> cuts() {
        return cuts;
    }

    @Override
    public void finished(Cut cut, long changes) {
        commits.release();
    }

    @Override
    public void run(Work work) throws InterruptedException {
        try (Projector projector = Projector.open(config, lake, workbench)) {
            while (!stopped) {
                commits.drainPermits();
                Map<String, Long> reached = new TreeMap<>();
                for (String table : projector.tables()) {
                    if (lake.find(table).isPresent()) {
                        Progress progress = projector.catchUp(table);
                        reached.put(table, progress.cut());
                    }
                }
                cuts = Map.copyOf(reached);
                work.underWay();
                boolean woken = commits.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
                if (woken) {
                    commits.drainPermits();
                }
            }
        }
    }

    @Override
    public void stop() {
        stopped = true;
        commits.release();
    }
}
