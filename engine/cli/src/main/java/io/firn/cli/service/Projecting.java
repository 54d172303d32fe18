package io.firn.cli.service;

import io.firn.catalog.Cut;
import io.firn.catalog.Lake;
import io.firn.catalog.config.RedisConfig;
import io.firn.engine.ingest.CommittedCut;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.redis.HandOver;
import io.firn.engine.redis.Projector;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Workbench;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.duckdb.DuckDBConnection;

/**
 * Brings Redis up to the lake: with each commit of this process from memory, and every few seconds, and wherever that
 * does not do, from the change logs.
 */
final class Projecting implements Activity, IngestListener {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final RedisConfig config;
    private final Lake lake;
    private final Workbench workbench;
    private final HandOver handOver;
    private final Semaphore commits = new Semaphore(0);
    private final Map<String, Long> reached = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    Projecting(RedisConfig config, Lake lake, Workbench workbench) {
        this.config = config;
        this.lake = lake;
        this.workbench = workbench;
        this.handOver = new HandOver(config.tables().keySet(), HandOver.MAX_CHANGES);
    }

    @Override
    public String name() {
        return "project";
    }

    /** @return the cut that Redis has of each projected table */
    Map<String, Long> cuts() {
        return new TreeMap<>(reached);
    }

    @Override
    public boolean takes(CommittedCut cut) {
        return handOver.offer(cut);
    }

    @Override
    public void finished(Cut cut, long changes) {
        commits.release();
    }

    @Override
    public void run(Work work) throws InterruptedException {
        try (Projector projector = Projector.open(config, lake, workbench)) {
            handOver.begin();
            while (!stopped) {
                catchUp(projector, projector.tables());
                work.underWay();
                applyUntilNextLook(projector);
            }
        } finally {
            handOver.end().forEach(this::drop);
        }
    }

    private void applyUntilNextLook(Projector projector) throws InterruptedException {
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (!stopped && commits.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            commits.drainPermits();
            applyHandedOver(projector);
        }
    }

    private void catchUp(Projector projector, Set<String> tables) {
        for (String table : tables) {
            if (lake.find(table).isPresent()) {
                reached.put(table, projector.catchUp(table).cut());
            }
        }
    }

    private void applyHandedOver(Projector projector) {
        Optional<CommittedCut> next = handOver.poll();
        while (next.isPresent()) {
            CommittedCut cut = next.get();
            try {
                reached.put(cut.table(), projector.apply(cut).cut());
            } finally {
                drop(cut);
            }
            next = handOver.poll();
        }
        catchUp(projector, handOver.missed());
    }

    private void drop(CommittedCut cut) {
        try (DuckDBConnection connection = workbench.duck().connect()) {
            cut.drop(connection);
        } catch (SQLException e) {
            throw DuckFailures.translate("dropping cut %d of %s".formatted(cut.number(), cut.table()), e);
        }
    }

    @Override
    public void stop() {
        stopped = true;
        commits.release();
    }
}
