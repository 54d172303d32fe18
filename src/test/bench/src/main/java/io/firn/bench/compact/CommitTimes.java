package io.firn.bench.compact;

import io.firn.catalog.Cut;
import io.firn.engine.ingest.IngestListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** How long cuts took from the moment they were closed, and changes from the moment they were sent, to the tables. */
final class CommitTimes implements IngestListener {
    private record Sent(long upTo, long nanos) {}

    private final List<Double> seconds = new ArrayList<>();
    private final List<Double> delays = new ArrayList<>();
    private final Deque<Sent> underWay = new ArrayDeque<>();
    private long changes;
    private long began;

    /** Notes that so many changes have been sent in all. */
    synchronized void sent(long upTo) {
        underWay.add(new Sent(upTo, System.nanoTime()));
    }

    @Override
    public synchronized void begins(Cut cut, long count) {
        began = System.nanoTime();
    }

    @Override
    public synchronized void finished(Cut cut, long count) {
        seconds.add((System.nanoTime() - began) / 1e9);
        changes += count;
        for (Sent next = underWay.peek(); next != null && next.upTo() <= changes; next = underWay.peek()) {
            delays.add((System.nanoTime() - next.nanos()) / 1e9);
            underWay.remove();
        }
    }

    /** Forgets the times, and not the changes. */
    synchronized void clear() {
        seconds.clear();
        delays.clear();
    }

    synchronized List<Double> seconds() {
        return List.copyOf(seconds);
    }

    /** Until changes that were sent together could be read. */
    synchronized List<Double> delays() {
        return List.copyOf(delays);
    }

    /** How many changes are in the table. */
    synchronized long changes() {
        return changes;
    }
}
