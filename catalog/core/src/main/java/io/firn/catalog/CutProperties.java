package io.firn.catalog;

import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Where a table keeps its cut: in the newest snapshot summary that has one, and in its properties when those snapshots
 * have expired.
 */
public final class CutProperties {
    private CutProperties() {}

    /**
     * @return the cut the table's current snapshot holds; {@link Cut#NONE} when it never had one. The snapshots say it,
     *     so that a table rolled back to an older snapshot is seen as being at the older cut; the properties are the
     *     fallback.
     */
    public static Cut applied(Table table) {
        return appliedAt(table, table.currentSnapshot());
    }

    /** @return the cut that {@code snapshot} of the table holds */
    public static Cut appliedAt(Table table, @Nullable Snapshot snapshot) {
        if (snapshot != null) {
            for (Snapshot ancestor : SnapshotUtil.ancestorsOf(snapshot.snapshotId(), table::snapshot)) {
                Optional<Cut> cut = Cut.of(ancestor.summary());
                if (cut.isPresent()) {
                    return cut.get();
                }
            }
        }
        return Cut.of(table.properties()).orElse(Cut.NONE);
    }

    /** @return the snapshot with which the table's cut came; empty when it has expired */
    public static Optional<Snapshot> appliedWith(Table table) {
        for (Snapshot ancestor : SnapshotUtil.currentAncestors(table)) {
            if (Cut.of(ancestor.summary()).isPresent()) {
                return Optional.of(ancestor);
            }
        }
        return Optional.empty();
    }

    /** @return a property of the newest snapshot that has it, else of the table */
    static Optional<String> newest(Table table, String property) {
        for (Snapshot ancestor : SnapshotUtil.currentAncestors(table)) {
            String value = ancestor.summary().get(property);
            if (value != null) {
                return Optional.of(value);
            }
        }
        return Optional.ofNullable(table.properties().get(property));
    }

    static void set(Transaction transaction, Cut cut) {
        UpdateProperties properties = transaction.updateProperties();
        cut.properties().forEach(properties::set);
        properties.commit();
    }
}
