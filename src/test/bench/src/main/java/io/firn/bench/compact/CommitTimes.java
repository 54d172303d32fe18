package io.firn.bench.compact;

import io.firn.catalog.Cut;
import io.firn.engine.ingest.IngestListener;
import java.util.ArrayList;
import java.util.List;

/** How long each cut took from the moment it was closed until it was in every table. */
final class CommitTimes implements IngestListener {
    private final List<Double> seconds = new ArrayList<>();
    private long changes;
    private long began;

    @Override
    public synchronized void begins(Cut cut, long count) {
        began = System.nanoTime();
    }

    @Override
    public synchronized void finished(Cut cut, long count) {
        seconds.add((System.nanoTime() - began) / 1e9);
        changes += count;
    }

    /** Forgets the times, and not the changes. */
    synchronized void clear() {
        seconds.clear();
    }

    synchronized List<Double> seconds() {
        return List.copyOf(seconds);
    }

    /** How many changes are in the table. */
    synchronized long changes() {
        return changes;
    }
}
