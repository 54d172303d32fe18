package io.firn.engine.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * The changes that are in the change logs. A log only grows, so each look reads only what came since the one before.
 */
final class LoggedChanges {
    private final FileRows files;
    private final Map<String, Held> logs = new HashMap<>();

    LoggedChanges(FileRows files) {
        this.files = files;
    }

    private static final class Held {
        private final TreeSet<Long> lsns = new TreeSet<>();
        private @Nullable Long snapshot;
    }

    /** @return the positions of all changes in the log, each of which is there once */
    TreeSet<Long> in(Table log) {
        Held held = logs.computeIfAbsent(log.name(), name -> new Held());
        Deque<Snapshot> fresh = new ArrayDeque<>();
        boolean found = held.snapshot == null;
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(log)) {
            if (held.snapshot != null && held.snapshot == snapshot.snapshotId()) {
                found = true;
                break;
            }
            fresh.push(snapshot);
        }
        Invariants.expect(log.name() + " goes on from " + held.snapshot, true, found);
        fresh.forEach(snapshot -> add(log, snapshot, held));
        return held.lsns;
    }

    private void add(Table log, Snapshot snapshot, Held held) {
        SnapshotChanges changes =
                SnapshotChanges.builderFor(log).snapshot(snapshot).build();
        Invariants.expect(
                log.name() + " loses files",
                false,
                changes.removedDataFiles().iterator().hasNext());
        Schema columns = log.schema().select("_lsn");
        for (DataFile file : changes.addedDataFiles()) {
            for (Record record : files.of(log, file, columns)) {
                Long lsn = (Long) record.getField("_lsn");
                Invariants.expect("lsn " + lsn + " is new in " + log.name(), true, held.lsns.add(lsn));
            }
        }
        held.snapshot = snapshot.snapshotId();
    }
}
