package io.firn.bench.ingest;

/**
 * A source transaction.
 *
 * @param xid PostgreSQL's number of it
 * @param previousLsn end of the transaction before
 * @param committedMicros microseconds since the epoch
 * @param changes in it
 */
record Transaction(long xid, long previousLsn, long committedMicros, int changes) {

    private static final int BEGIN_BYTES = 56;
    private static final int CHANGE_BYTES = 176;
    private static final int COMMIT_BYTES = 48;

    /** Position of its n-th change, from 1. */
    long lsn(int order) {
        return previousLsn + BEGIN_BYTES + (long) CHANGE_BYTES * (order - 1);
    }

    long commitLsn() {
        return lsn(changes + 1) + COMMIT_BYTES;
    }
}
