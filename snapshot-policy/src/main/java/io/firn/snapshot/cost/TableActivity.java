package io.firn.snapshot.cost;

import java.time.Duration;
import java.time.Instant;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * How much is written to a table, from the snapshots it still has.
 *
 * @param commits number of snapshots
 * @param files data and delete files that they added
 * @param over from the first of them until now
 */
public record TableActivity(long commits, long files, Duration over) {

    private static final Duration MONTH = Duration.ofDays(365).dividedBy(12);

    /** Manifest list, one manifest for each kind of file, metadata. */
    private static final int METADATA_FILES = 4;

    /** Of the snapshots that a table has without a gap: those of the last days. */
    public static TableActivity of(Table table, Instant now, Duration last) {
        Instant from = now.minus(last);
        long commits = 0;
        long files = 0;
        long first = now.toEpochMilli();
        for (Snapshot snapshot : table.snapshots()) {
            if (snapshot.timestampMillis() >= from.toEpochMilli()) {
                commits++;
                files += count(snapshot, "added-data-files") + count(snapshot, "added-delete-files");
                first = Math.min(first, snapshot.timestampMillis());
            }
        }
        return new TableActivity(commits, files, Duration.ofMillis(now.toEpochMilli() - first));
    }

    private static long count(Snapshot snapshot, String property) {
        return Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
    }

    private double aMonth(long count) {
        return over.isZero() ? 0 : (double) count * MONTH.toMillis() / over.toMillis();
    }

    /** Commits a month, when it goes on like this. */
    public double commitsAMonth() {
        return aMonth(commits);
    }

    /** Objects written a month, when it goes on like this. */
    public double objectsAMonth() {
        return aMonth(files + commits * METADATA_FILES);
    }
}
