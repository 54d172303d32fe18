package io.firn.engine.redis;

import io.firn.engine.ingest.CommittedCut;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts on their way from the writer to the projector of the same process, in memory. There are never many: what finds
 * no room is dropped by the writer and read from the change log, and so is everything when the process dies.
 */
public final class HandOver {
    /** How many changes may wait at a time. */
    public static final long MAX_CHANGES = 250_000;

    private final Set<String> tables;
    private final long maxChanges;
    private final Deque<CommittedCut> waiting = new ArrayDeque<>();
    private final Set<String> missed = new LinkedHashSet<>();
    private long changes;
    private boolean isAwaited;

    /**
     * @param tables that are projected
     * @param maxChanges how many changes may wait, however many cuts they are of
     */
    public HandOver(Set<String> tables, long maxChanges) {
        this.tables = Set.copyOf(tables);
        this.maxChanges = maxChanges;
    }

    /** Says that there is a projector; before, nothing is kept. */
    public synchronized void begin() {
        isAwaited = true;
    }

    /** Says that there is no projector any more. Returns what it has not taken, which the caller drops. */
    public synchronized List<CommittedCut> end() {
        isAwaited = false;
        changes = 0;
        List<CommittedCut> left = List.copyOf(waiting);
        waiting.clear();
        return left;
    }

    /**
     * Keeps a cut for the projector. Called by the writer.
     *
     * @return whether it was kept; it was not when the table is not projected, or there is no room or no projector
     */
    public synchronized boolean offer(CommittedCut cut) {
        if (!isAwaited || !tables.contains(cut.table())) {
            return false;
        }
        if (changes + cut.rows().count() > maxChanges) {
            missed.add(cut.table());
            return false;
        }
        waiting.add(cut.keep());
        changes += cut.rows().count();
        return true;
    }

    /** Returns the next cut, which the caller drops. */
    public synchronized Optional<CommittedCut> poll() {
        Optional<CommittedCut> next = Optional.ofNullable(waiting.poll());
        next.ifPresent(cut -> changes -= cut.rows().count());
        return next;
    }

    /** Returns the tables that had cuts for which there was no room, since the last call. */
    public synchronized Set<String> missed() {
        Set<String> found = new LinkedHashSet<>(missed);
        missed.clear();
        return found;
    }
}
