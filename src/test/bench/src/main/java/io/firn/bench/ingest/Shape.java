package io.firn.bench.ingest;

/**
 * What is generated; the same shape is the same data, byte for byte.
 *
 * @param seed of every random choice
 * @param snapshotRows rows that exist before the first change
 * @param changes inserts, updates and deletes after the snapshot
 * @param skew exponent of the Zipf distribution by which rows are picked for updates; below 1
 */
public record Shape(long seed, int snapshotRows, int changes, double skew) {

    public Shape {
        check(snapshotRows > 0, "snapshotRows must be positive but was " + snapshotRows);
        check(changes >= 0, "changes must not be negative but was " + changes);
        check(skew > 0 && skew < 1, "skew must be between 0 and 1 but was " + skew);
    }

    /** Snapshot rows and changes; tombstones are not events. */
    public long events() {
        return (long) snapshotRows + changes;
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
