package io.firn.snapshot;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Which cuts the snapshots of a table hold. A snapshot without a cut of its own, such as a compaction's, holds its
 * parent's.
 */
final class CutHistory {
    private CutHistory() {}

    /**
     * Returns the newest snapshot of the table's main line that holds no cut after {@code cut}; empty when there is
     * none.
     */
    static Optional<Snapshot> holding(Table table, long cut) {
        @Nullable Snapshot newest = null;
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            newest = newest == null ? snapshot : newest;
            Optional<Cut> own = Cut.of(snapshot.summary());
            if (own.isPresent()) {
                if (own.get().number() <= cut) {
                    return Optional.of(newest);
                }
                newest = null;
            }
        }
        return Optional.ofNullable(newest);
    }

    /** Returns the cuts after {@code cut} that the table's snapshots tell of, newest first. */
    static List<Cut> after(Table table, long cut) {
        List<Cut> cuts = new ArrayList<>();
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            Optional<Cut> own = Cut.of(snapshot.summary());
            if (own.isPresent()) {
                if (own.get().number() <= cut) {
                    break;
                }
                cuts.add(own.get());
            }
        }
        return cuts;
    }

    /** Returns the number of the cut that a snapshot holds; 0 when it holds none. */
    static long cutOf(Table table, Snapshot snapshot) {
        return CutProperties.appliedAt(table, snapshot).number();
    }
}
