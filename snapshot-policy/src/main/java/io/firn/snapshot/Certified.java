package io.firn.snapshot;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.jspecify.annotations.Nullable;

/**
 * The tag {@code certified}: the newest snapshot of a table that whoever relies on it may use. It only moves forward,
 * and with those of all tables of its group, or not at all. A tag and not a branch, because engines can write to a
 * branch, and because all of them can read a tag: Snowflake with {@code VERSION_TAG}, Spark and Trino with
 * {@code VERSION AS OF}.
 */
public final class Certified {
    /** The tag's name. */
    public static final String TAG = "certified";

    private static final int ATTEMPTS = 20;

    private final Lake lake;

    /** Of a lake's tables. */
    public Certified(Lake lake) {
        this.lake = lake;
    }

    /** Returns the snapshot that a table's tag names; empty when it has none. */
    public static Optional<Snapshot> of(Table table) {
        SnapshotRef ref = table.refs().get(TAG);
        return ref == null ? Optional.empty() : Optional.ofNullable(table.snapshot(ref.snapshotId()));
    }

    /**
     * Moves the tags of a group. Where a commit fails for good, those that have moved are moved back. Where the process
     * dies in between, {@link #complete} of the next one brings the others after it.
     *
     * @param snapshots by table: all tables of the group, at one cut of the source
     * @return how many tags moved; none when one of them is further already
     * @throws FirnException when a tag could not be moved; then none has
     */
    public int move(Map<String, Long> snapshots) {
        Map<String, Table> tables = new LinkedHashMap<>();
        snapshots.keySet().forEach(name -> tables.put(name, lake.table(name)));
        boolean isBehind = tables.entrySet().stream()
                .anyMatch(table -> isFurther(table.getValue(), snapshots.getOrDefault(table.getKey(), 0L)));
        return isBehind ? 0 : moveAll(tables, snapshots);
    }

    private static boolean isFurther(Table table, long snapshotId) {
        long to = CutHistory.cutOf(table, table.snapshot(snapshotId));
        return of(table).map(now -> CutHistory.cutOf(table, now) > to).orElse(false);
    }

    private static int moveAll(Map<String, Table> tables, Map<String, Long> snapshots) {
        Map<String, @Nullable Long> before = new LinkedHashMap<>();
        try {
            tables.forEach((name, table) -> {
                Long from = of(table).map(Snapshot::snapshotId).orElse(null);
                Long to = snapshots.get(name);
                if (to != null && !to.equals(from)) {
                    set(name, table, to);
                    before.put(name, from);
                }
            });
            return before.size();
        } catch (RuntimeException e) {
            before.forEach((name, from) -> {
                Table table = tables.get(name);
                if (table != null) {
                    set(name, table, from);
                }
            });
            throw e;
        }
    }

    /**
     * Brings tags of a group to where the furthest of them is: a process that died between two of its moves had decided
     * for all of them. A table without the tag is left alone.
     */
    public void complete(Collection<String> names) {
        Map<String, Table> tables = new LinkedHashMap<>();
        names.forEach(name ->
                lake.find(name).filter(table -> of(table).isPresent()).ifPresent(table -> tables.put(name, table)));
        long furthest =
                tables.values().stream().mapToLong(Certified::cutOf).max().orElse(0);
        tables.forEach((name, table) -> CutHistory.holding(table, furthest)
                .filter(snapshot -> CutHistory.cutOf(table, snapshot) > cutOf(table))
                .ifPresent(snapshot -> set(name, table, snapshot.snapshotId())));
    }

    private static long cutOf(Table table) {
        return of(table).map(snapshot -> CutHistory.cutOf(table, snapshot)).orElse(0L);
    }

    /** @param snapshotId null takes the tag away */
    private static void set(String name, Table table, @Nullable Long snapshotId) {
        RuntimeException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                commit(table, snapshotId);
                return;
            } catch (CommitFailedException
                    | CommitStateUnknownException
                    | ValidationException
                    | IllegalArgumentException e) {
                last = e;
                table.refresh();
            }
        }
        throw new FirnException(
                ErrorCode.COMMIT_CONFLICT,
                "tag %s of table %s could not be moved in %d attempts".formatted(TAG, name, ATTEMPTS),
                last);
    }

    private static void commit(Table table, @Nullable Long snapshotId) {
        boolean exists = table.refs().containsKey(TAG);
        ManageSnapshots change = table.manageSnapshots();
        if (snapshotId == null) {
            if (exists) {
                change.removeTag(TAG).commit();
            }
        } else if (exists) {
            change.replaceTag(TAG, snapshotId).commit();
        } else {
            change.createTag(TAG, snapshotId).commit();
        }
    }
}
