package io.firn.cli.service;

import io.firn.catalog.Lake;
import io.firn.catalog.WarehouseCheck;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.wiring.Wiring;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.OpenSetup;
import io.firn.engine.ingest.ReplayRequests;
import io.firn.engine.ingest.StandingIngest;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import java.time.Clock;
import java.util.Collection;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/** Writes what the source says into the lake. */
final class Ingesting implements Activity {
    private final FirnConfig config;
    private final Lake lake;
    private final DuckDatabase database;
    private final CachedFiles files;
    private final IngestListener listener;
    private @Nullable StandingIngest current;
    private boolean stopped;

    Ingesting(FirnConfig config, Lake lake, DuckDatabase database, CachedFiles files, IngestListener listener) {
        this.config = config;
        this.lake = lake;
        this.database = database;
        this.files = files;
        this.listener = listener;
    }

    @Override
    public String name() {
        return "ingest";
    }

    @Override
    public void run(Work work) {
        WarehouseCheck.requireWritable(config.lake().catalog(), ".firn-run-" + UUID.randomUUID());
        try (ReplayRequests requests = new ReplayRequests(config, lake, database, Clock.systemUTC())) {
            StandingIngest ingest = new StandingIngest(
                    () -> new OpenSetup(Wiring.ingest(config, lake, database, files, Wiring.source(config), listener)),
                    requests,
                    StandingIngest.LOOK);
            if (enter(ingest)) {
                ingest.run(work::underWay, ended -> {});
            }
        } finally {
            leave();
        }
    }

    private synchronized boolean enter(StandingIngest ingest) {
        current = ingest;
        return !stopped;
    }

    private synchronized void leave() {
        current = null;
    }

    /** Makes a commit in the place of somebody else, between two cuts if the writer is at work. */
    void commitBetweenCuts(String table, Collection<DataFile> added, Runnable commit) {
        StandingIngest ingest = current();
        if (ingest == null) {
            commit.run();
        } else {
            ingest.commitBetweenCuts(table, added, commit);
        }
    }

    private synchronized @Nullable StandingIngest current() {
        return current;
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        if (current != null) {
            current.stop();
        }
    }
}
