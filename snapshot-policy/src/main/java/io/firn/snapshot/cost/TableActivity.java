package io.firn.snapshot.cost;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * How much is written to a table. Commits are counted by their sequence numbers, so those count too whose snapshots
 * have expired; the files that they added are taken to be as many as those of the snapshots that are left.
 *
 * @param commits number of commits that made a snapshot
 * @param files data and delete files that they added
 * @param over how long that took, until now
 */
public record TableActivity(double commits, double files, Duration over) {

    /** What a month is here: a twelfth of a year. */
    public static final Duration MONTH = Duration.ofDays(365).dividedBy(12);

    /** Manifest list, one manifest for each kind of file, metadata. */
    private static final int METADATA_FILES = 4;

    /**
     * Of the last days, and a little longer where the snapshot before has a name and is still there.
     *
     * @param last how far to look back
     */
    public static TableActivity of(Table table, Instant now, Duration last) {
        List<Snapshot> known = new ArrayList<>();
        table.snapshots().forEach(known::add);
        known.sort(Comparator.comparingLong(Snapshot::sequenceNumber));
        long from = now.minus(last).toEpochMilli();
        int first = 0;
        while (first < known.size() && known.get(first).timestampMillis() < from) {
            first++;
        }
        List<Snapshot> since = known.subList(first, known.size());
        if (since.isEmpty()) {
            return new TableActivity(0, 0, last);
        }
        long newest = since.get(since.size() - 1).sequenceNumber();
        double commits = first > 0
                ? newest - known.get(first - 1).sequenceNumber()
                : newest - since.get(0).sequenceNumber() + 1.0;
        long began = known.get(Math.max(0, first - 1)).timestampMillis();
        double files = since.stream().mapToLong(TableActivity::added).sum();
        return new TableActivity(
                commits, files * commits / since.size(), Duration.ofMillis(now.toEpochMilli() - began));
    }

    private static long added(Snapshot snapshot) {
        return count(snapshot, "added-data-files") + count(snapshot, "added-delete-files");
    }

    private static long count(Snapshot snapshot, String property) {
        return Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
    }

    /** The same with commits that come so many times as often, of as many files each. */
    public TableActivity times(double factor) {
        return new TableActivity(commits * factor, files * factor, over);
    }

    private double aMonth(double count) {
        return over.isZero() ? 0 : count * MONTH.toMillis() / over.toMillis();
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
