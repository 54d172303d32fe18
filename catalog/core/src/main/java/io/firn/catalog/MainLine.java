package io.firn.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * The snapshots that were a table's current one, one after the other, as far as they are kept. Iceberg's own ancestry
 * ends at the first snapshot that has expired; with a tag for every day most of what is kept lies beyond that.
 */
public final class MainLine {
    private MainLine() {}

    /**
     * Returns the snapshots, newest first. A snapshot from before an expired one is taken to be on the line unless
     * another branch leads to it; one that was rolled back is not on it.
     */
    public static List<Snapshot> of(Table table) {
        List<Snapshot> line = new ArrayList<>();
        SnapshotUtil.currentAncestors(table).forEach(line::add);
        if (line.isEmpty()) {
            return line;
        }
        Snapshot oldest = line.get(line.size() - 1);
        if (oldest.parentId() != null) {
            Set<Long> elsewhere = onOtherBranches(table);
            StreamSupport.stream(table.snapshots().spliterator(), false)
                    .filter(snapshot -> snapshot.sequenceNumber() < oldest.sequenceNumber())
                    .filter(snapshot -> !elsewhere.contains(snapshot.snapshotId()))
                    .sorted(Comparator.comparingLong(Snapshot::sequenceNumber).reversed())
                    .forEach(line::add);
        }
        return line;
    }

    private static Set<Long> onOtherBranches(Table table) {
        Set<Long> ids = new HashSet<>();
        table.refs().forEach((name, ref) -> {
            if (ref.isBranch() && !name.equals(SnapshotRef.MAIN_BRANCH)) {
                SnapshotUtil.ancestorsOf(ref.snapshotId(), table::snapshot)
                        .forEach(snapshot -> ids.add(snapshot.snapshotId()));
            }
        });
        return ids;
    }
}
