package io.firn.snapshot;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.MainLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Which cuts the snapshots of a table hold. A snapshot without a cut of its own, such as a compaction's, holds its
 * parent's.
 */
final class CutHistory {
    private CutHistory() {}

    /**
     * Returns the newest snapshot of the table's main line that holds no cut after {@code cut}; empty when there is
     * none, or when snapshots have expired that may have held later ones.
     */
    static Optional<Snapshot> holding(Table table, long cut) {
        @Nullable Snapshot newest = null;
        @Nullable Snapshot above = null;
        for (Snapshot snapshot : MainLine.of(table)) {
            newest = newest == null ? snapshot : newest;
            Optional<Cut> own = Cut.of(snapshot.summary());
            if (own.isPresent()) {
                if (own.get().number() <= cut) {
                    boolean exact = own.get().number() == cut || follows(above, newest);
                    return exact ? Optional.of(newest) : Optional.empty();
                }
                newest = null;
                above = snapshot;
            }
        }
        return follows(above, newest) ? Optional.ofNullable(newest) : Optional.empty();
    }

    private static boolean follows(@Nullable Snapshot above, @Nullable Snapshot snapshot) {
        Long parent = above == null ? null : above.parentId();
        return above == null || snapshot != null && parent != null && parent == snapshot.snapshotId();
    }

    /** Returns the cuts after {@code cut} that the table's snapshots tell of, newest first. */
    static List<Cut> after(Table table, long cut) {
        List<Cut> cuts = new ArrayList<>();
        for (Snapshot snapshot : MainLine.of(table)) {
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

    /** Whether the table has nothing from before a later cut: it joined the lake after {@code cut}. */
    static boolean beganAfter(Table table, long cut) {
        List<Snapshot> line = MainLine.of(table);
        Snapshot oldest = line.get(line.size() - 1);
        return oldest.parentId() == null
                && Cut.of(oldest.summary()).map(own -> own.number() > cut).orElse(false);
    }
}
