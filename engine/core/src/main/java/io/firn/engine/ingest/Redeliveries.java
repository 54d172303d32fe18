package io.firn.engine.ingest;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells what was delivered before. Within a partition changes come in commit order, so one that is not after the last
 * is a redelivery.
 *
 * @param <P> what tells partitions apart
 */
final class Redeliveries<P> {
    private final Map<P, Watermark> watermarks = new HashMap<>();

    /** The last changes seen in a partition, by (commit before their transaction, place in it). */
    private static final class Watermark {
        private final long precedingCommitLsn;
        private final long place;
        /** The key of the first change at this place, which is almost always the only one. */
        private final byte @Nullable [] first;

        private final Set<ByteBuffer> others = new HashSet<>(0);

        Watermark(long precedingCommitLsn, long place, byte @Nullable [] first) {
            this.precedingCommitLsn = precedingCommitLsn;
            this.place = place;
            this.first = first;
        }

        boolean isBefore(long commit, long other) {
            return precedingCommitLsn < commit || precedingCommitLsn == commit && place < other;
        }

        boolean isAt(long commit, long other) {
            return precedingCommitLsn == commit && place == other;
        }

        /** Notes another change at this place, and says whether it was there before. */
        boolean has(byte[] key) {
            return Arrays.equals(first, key) || !others.add(ByteBuffer.wrap(key));
        }
    }

    /** Notes a change whose place no other has, and says whether it was there before. */
    boolean isOne(long precedingCommitLsn, long place, P partition) {
        Watermark last = watermarks.get(partition);
        if (last != null && !last.isBefore(precedingCommitLsn, place)) {
            return true;
        }
        watermarks.put(partition, new Watermark(precedingCommitLsn, place, null));
        return false;
    }

    /**
     * The same where others may have its place: what PostgreSQL logs at once has one LSN, such as the rows of a COPY,
     * or the delete and the insert that a changed key becomes. They have different keys.
     *
     * @param key of the record; one without is never taken for a redelivery of another at its place
     */
    boolean isOne(long precedingCommitLsn, long lsn, byte @Nullable [] key, P partition) {
        Watermark last = watermarks.get(partition);
        if (last != null && last.isAt(precedingCommitLsn, lsn)) {
            return key != null && last.has(key);
        }
        if (last != null && !last.isBefore(precedingCommitLsn, lsn)) {
            return true;
        }
        watermarks.put(partition, new Watermark(precedingCommitLsn, lsn, key));
        return false;
    }
}
