package io.firn.engine.cut;

import io.firn.engine.source.ChangeSource.Partition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follows the records of a source and says where a cut can end: after the longest run of transactions, in commit order,
 * of which every event has arrived. Pure: no clock, no I/O.
 *
 * <p>Events of one partition are in commit order, so a cut is a set of offsets, one for each partition, and reading
 * again from them gives the rest. Records outside any transaction (snapshots, sources without transaction metadata) are
 * complete as they are.
 */
public final class CutPlanner {
    private final Predicate<String> isConsumed;
    private final DayClose days;
    private final Map<Partition, Long> next = new HashMap<>();
    private final Map<Long, PendingTransaction> pending = new HashMap<>();
    private final Deque<PendingTransaction> ended = new ArrayDeque<>();
    private final Map<Partition, Long> held = new HashMap<>();
    private List<String> heldDays = List.of();
    private boolean hasSingles;
    private long lastCommitLsn;
    private @Nullable Long lastCommitMicros;

    /**
     * @param isConsumed whether a source table ({@code public.product}) is one whose events arrive here
     * @param lastCommitLsn the last commit of the cut before; 0 at the beginning
     * @param lastCommitMicros its commit time in microseconds since the epoch; null at the beginning
     */
    public CutPlanner(
            Predicate<String> isConsumed, DayClose days, long lastCommitLsn, @Nullable Long lastCommitMicros) {
        this.isConsumed = isConsumed;
        this.days = days;
        this.lastCommitLsn = lastCommitLsn;
        this.lastCommitMicros = lastCommitMicros;
    }

    /** Notes a record that is in no transaction, whatever it is. */
    public void passed(Partition partition, long offset) {
        next.put(partition, offset + 1);
    }

    /** Notes a record that was set aside without being understood: a cut can close after it. */
    public void setAside(Partition partition, long offset) {
        passed(partition, offset);
        hasSingles = true;
    }

    /** Notes a change that is in no transaction. */
    public void single(Partition partition, long offset, long committedMicros) {
        long micros = days.believed(committedMicros);
        passed(partition, offset);
        hasSingles = true;
        List<String> closed = days.closedBefore(lastCommitMicros, micros);
        if (!closed.isEmpty()) {
            held.putIfAbsent(partition, offset);
            heldDays = closed;
        } else if (!held.containsKey(partition)) {
            lastCommitMicros = lastCommitMicros == null ? (Long) micros : (Long) Math.max(lastCommitMicros, micros);
        }
    }

    /** Notes a change of a transaction. */
    public void event(Partition partition, long offset, long transaction) {
        passed(partition, offset);
        PendingTransaction open = pending(transaction);
        open.record(partition, offset);
        open.event();
    }

    /** Notes a logical message of a transaction. @param closes the day it closes; null for any other message */
    public void message(Partition partition, long offset, long transaction, @Nullable String closes) {
        event(partition, offset, transaction);
        if (closes != null) {
            pending(transaction).marker(closes);
        }
    }

    /** Notes the end of a transaction. One that ended before the last cut is a redelivery and ignored. */
    public void ended(Partition partition, long offset, TransactionEnd end) {
        passed(partition, offset);
        if (end.commitLsn() <= lastCommitLsn) {
            return;
        }
        PendingTransaction transaction = pending(end.transaction());
        if (transaction.hasEnded()) {
            return;
        }
        long expected = end.messages();
        for (Map.Entry<String, Long> table : end.events().entrySet()) {
            expected += isConsumed.test(table.getKey()) ? table.getValue() : 0;
        }
        transaction.record(partition, offset);
        transaction.end(end.at(days.believed(end.committedMicros())), expected);
        ended.addLast(transaction);
    }

    private PendingTransaction pending(long transaction) {
        return pending.computeIfAbsent(transaction, id -> new PendingTransaction());
    }

    /** @return whether a day ends in what has arrived, so that a cut should close now */
    public boolean dayIsOver() {
        if (!heldDays.isEmpty()) {
            return true;
        }
        Long micros = lastCommitMicros;
        for (PendingTransaction transaction : ended) {
            if (!transaction.isComplete()) {
                return false;
            }
            if (transaction.marker() != null && days.closesAtMarkers()) {
                return true;
            }
            if (!days.closedBefore(micros, transaction.end().committedMicros()).isEmpty()) {
                return true;
            }
            micros = latest(micros, transaction);
        }
        return false;
    }

    /** @return whether a cut that closes now would hold anything */
    public boolean canClose() {
        return hasSingles || !ended.isEmpty() && ended.getFirst().isComplete();
    }

    /** @return for each partition the offset after the last record that was noted */
    public Map<Partition, Long> next() {
        return Map.copyOf(next);
    }

    /** @return how many transactions have begun to arrive and cannot be in a cut yet */
    public int openTransactions() {
        return pending.size();
    }

    /** Ends a cut here and begins the next one. What the cut does not hold stays noted. */
    public Boundary close() {
        List<String> closes = new ArrayList<>();
        long included = 0;
        Long latest = lastCommitMicros;
        while (!ended.isEmpty() && ended.getFirst().isComplete()) {
            PendingTransaction first = ended.getFirst();
            closes.addAll(days.closedBefore(lastCommitMicros, first.end().committedMicros()));
            if (!closes.isEmpty()) {
                lastCommitMicros = first.end().committedMicros();
                break;
            }
            include(ended.removeFirst());
            latest = lastCommitMicros;
            included++;
            String marker = first.marker();
            if (marker != null && days.closesAtMarkers()) {
                closes.add(marker);
                break;
            }
        }
        hasSingles = !held.isEmpty();
        Map<Partition, Long> boundary = boundary();
        closes.addAll(releaseHeld(closes));
        return new Boundary(boundary, lastCommitLsn, latest == null ? 0 : latest, closes, included);
    }

    private void include(PendingTransaction transaction) {
        lastCommitLsn = transaction.end().commitLsn();
        lastCommitMicros = latest(lastCommitMicros, transaction);
        pending.remove(transaction.end().transaction());
    }

    private static Long latest(@Nullable Long micros, PendingTransaction transaction) {
        long own = transaction.end().committedMicros();
        return micros == null ? own : Math.max(micros, own);
    }

    private Map<Partition, Long> boundary() {
        Map<Partition, Long> boundary = new HashMap<>(next);
        for (PendingTransaction transaction : pending.values()) {
            transaction.firstOffsets().forEach((partition, first) -> boundary.merge(partition, first, Math::min));
        }
        held.forEach((partition, first) -> boundary.merge(partition, first, Math::min));
        return boundary;
    }

    private List<String> releaseHeld(List<String> closedAlready) {
        if (held.isEmpty() || !closedAlready.isEmpty()) {
            return List.of();
        }
        List<String> days = heldDays;
        held.clear();
        heldDays = List.of();
        lastCommitMicros = null;
        return days;
    }

    /** @return the last commit that is in a cut; whatever comes with an earlier one is a redelivery */
    public long lastCommitLsn() {
        return lastCommitLsn;
    }
}
