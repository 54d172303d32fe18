package io.firn.engine.cut;

import io.firn.engine.source.ChangeSource.Partition;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A transaction of which something was seen and that is in no cut yet. */
final class PendingTransaction {
    private static final long NOT_ENDED = -1;

    private final Map<Partition, Long> firstOffsets = new HashMap<>();
    /** Most events come in order from the partition that the one before them came from, and say nothing new. */
    private @Nullable Partition lastPartition;

    private long lastOffset;
    private long seen;
    private long expected = NOT_ENDED;
    private @Nullable TransactionEnd end;
    private @Nullable String marker;

    void record(Partition partition, long offset) {
        if (partition.equals(lastPartition) && offset >= lastOffset) {
            return;
        }
        firstOffsets.merge(partition, offset, Math::min);
        lastPartition = partition;
        lastOffset = offset;
    }

    void event() {
        seen++;
    }

    void marker(String day) {
        marker = day;
    }

    void end(TransactionEnd end, long expectedEvents) {
        this.end = end;
        this.expected = expectedEvents;
    }

    boolean hasEnded() {
        return end != null;
    }

    boolean isComplete() {
        return expected != NOT_ENDED && seen >= expected;
    }

    TransactionEnd end() {
        if (end == null) {
            throw new IllegalStateException("the transaction has not ended");
        }
        return end;
    }

    @Nullable
    String marker() {
        return marker;
    }

    Map<Partition, Long> firstOffsets() {
        return firstOffsets;
    }
}
