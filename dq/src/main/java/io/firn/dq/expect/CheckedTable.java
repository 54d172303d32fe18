package io.firn.dq.expect;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.config.Expectation;
import io.firn.workbench.Scan;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * A table at the snapshot at which it is looked at.
 *
 * @param log its change log; null when it has none
 * @param snapshotId null when the table has no snapshot, and so no rows
 * @param source {@code schema.table} in the source
 * @param sensitive columns whose values are shown to nobody
 */
public record CheckedTable(
        String name,
        Table table,
        @Nullable Table log,
        @Nullable Long snapshotId,
        String source,
        List<String> key,
        List<Expectation> expectations,
        Set<String> sensitive) {
    public CheckedTable {
        key = List.copyOf(key);
        expectations = List.copyOf(expectations);
        sensitive = Set.copyOf(sensitive);
    }

    /** Returns the cut that the snapshot holds. */
    public Cut cut() {
        return snapshotId == null ? Cut.NONE : CutProperties.appliedAt(table, snapshot());
    }

    @Nullable
    Snapshot snapshot() {
        return snapshotId == null ? null : table.snapshot(snapshotId);
    }

    /** All columns at the snapshot. */
    Scan scan() {
        return Scan.of(table, snapshotId);
    }

    /** How many rows the snapshot has, by its metadata. */
    long rows() {
        Snapshot snapshot = snapshot();
        return snapshot == null
                ? 0
                : total(snapshot.summary(), SnapshotSummary.TOTAL_RECORDS_PROP)
                        - total(snapshot.summary(), SnapshotSummary.TOTAL_POS_DELETES_PROP);
    }

    private static long total(Map<String, String> summary, String name) {
        return Long.parseLong(summary.getOrDefault(name, "0"));
    }
}
