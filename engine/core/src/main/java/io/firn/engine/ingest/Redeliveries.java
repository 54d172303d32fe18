package io.firn.engine.ingest;

import java.util.HashMap;
import java.util.Map;

/**
 * Tells what was delivered before. Within a partition changes come in commit order, so one that is not after the last
 * is a redelivery.
 *
 * @param <P> what tells partitions apart
 */
final class Redeliveries<P> {
    private final Map<P, Watermark> watermarks = new HashMap<>();

    /** The last change seen in a partition, by (commit before its transaction, place in it). */
    private record Watermark(long precedingCommitLsn, long place) {
        boolean covers(long commit, long other) {
            return commit < precedingCommitLsn || commit == precedingCommitLsn && other <= place;
        }
    }

    /** Notes a change, and says whether it was there before. */
    boolean isOne(long precedingCommitLsn, long place, P partition) {
        Watermark last = watermarks.get(partition);
        if (last != null && last.covers(precedingCommitLsn, place)) {
            return true;
        }
        watermarks.put(partition, new Watermark(precedingCommitLsn, place));
        return false;
    }
}
