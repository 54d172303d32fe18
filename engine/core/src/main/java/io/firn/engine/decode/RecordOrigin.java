package io.firn.engine.decode;

/**
 * What can be told of a change whose row cannot be decoded.
 *
 * @param transaction the transaction's id when the source groups its events by transaction; -1 otherwise
 * @param lsn the change's log sequence number; 0 when it cannot be told
 * @param precedingCommitLsn as {@link ChangeRow#precedingCommitLsn()}
 * @param place the change's place in its transaction, or {@code lsn} where the source does not number them
 * @param sourceMicros the source's commit time in microseconds since the epoch; -1 when it cannot be told
 * @param isRead whether the row comes from a snapshot and not from a change
 */
public record RecordOrigin(
        long transaction, long lsn, long precedingCommitLsn, long place, long sourceMicros, boolean isRead) {
    /** Of a record that cannot be read at all. */
    public static final RecordOrigin UNKNOWN = new RecordOrigin(-1, 0, 0, 0, -1, false);

    /** @return whether it is known where in the source the change comes from */
    public boolean isKnown() {
        return lsn > 0;
    }
}
