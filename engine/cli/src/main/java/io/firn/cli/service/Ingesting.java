package io.firn.cli.service;

import io.firn.catalog.Lake;
import io.firn.catalog.WarehouseCheck;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.wiring.Wiring;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.source.ChangeSource;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes what the source says into the lake. */
final class Ingesting implements Activity {
    private final FirnConfig config;
    private final Lake lake;
    private final DuckDatabase database;
    private final CachedFiles files;
    private final IngestListener listener;
    private @Nullable Ingest current;
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
        try (ChangeSource source = Wiring.source(config);
                Ingest ingest = new Ingest(Wiring.ingest(config, lake, database, files, source, listener))) {
            if (enter(ingest)) {
                work.underWay();
                ingest.run();
            }
        } finally {
            leave();
        }
    }

    private synchronized boolean enter(Ingest ingest) {
        current = ingest;
        return !stopped;
    }

    private synchronized void leave() {
        current = null;
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        if (current != null) {
            current.stop();
        }
    }
}
