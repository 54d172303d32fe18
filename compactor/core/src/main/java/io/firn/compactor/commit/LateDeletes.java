package io.firn.compactor.commit;

import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.layout.PositionDeletes;
import io.firn.compactor.layout.Positions;
import io.firn.compactor.rewrite.RewrittenGroup;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.exceptions.NotFoundException;

/**
 * The deletes that land on a group's old files after they were planned, carried over to its new files. Each is looked
 * up once, however often a commit has to be tried.
 *
 * <p>When the planned snapshot was expired meanwhile and its delete files are gone, every deleted row is looked up, and
 * those that are not in the new files were deleted before; the number of rows that are left tells whether that is so.
 */
final class LateDeletes {
    private final RewrittenGroup group;
    private final long plannedSnapshotId;
    private final PositionDeletes deletes;
    private final RowFinder finder;
    private final Map<String, Set<String>> knownFiles = new HashMap<>();
    private final Map<String, PositionDeleteIndex> known = new HashMap<>();
    private final Map<DataFile, PositionDeleteIndex> carried = new LinkedHashMap<>();
    private final Set<String> forgotten = new HashSet<>();

    LateDeletes(RewrittenGroup group, long plannedSnapshotId, PositionDeletes deletes, RowFinder finder) {
        this.group = group;
        this.plannedSnapshotId = plannedSnapshotId;
        this.deletes = deletes;
        this.finder = finder;
        group.group().files().forEach(file -> knownFiles.put(file.path(), identities(file.deletes())));
    }

    /**
     * Carries over what is not yet.
     *
     * @param head the group's old files in the snapshot to commit on
     * @return false when a row is live again there that was deleted in the planned snapshot; the new files lack it
     */
    boolean catchUp(Map<String, FileScanTask> head) {
        Map<String, PositionDeleteIndex> fresh = new LinkedHashMap<>();
        boolean certain = true;
        for (LiveFile file : group.group().files()) {
            FileScanTask now = head.get(file.path());
            if (now == null) {
                throw new IllegalArgumentException("not in the snapshot: " + file.path());
            }
            boolean changed = !identities(now.deletes()).equals(knownFiles.get(file.path()));
            if (changed && !addFresh(file, now, fresh)) {
                return false;
            }
            certain &= !forgotten.remove(file.path());
        }
        if (certain) {
            carry(fresh, RowFinder.Wanted.ALL_ARE_THERE);
            return true;
        }
        carry(fresh, RowFinder.Wanted.SOME_ARE_THERE);
        return rowsAfter() == rowsAt(head);
    }

    /** Rows that the new files show. */
    private long rowsAfter() {
        return group.outputs().stream().mapToLong(DataFile::recordCount).sum() - count();
    }

    /** Rows that the old files show. */
    private long rowsAt(Map<String, FileScanTask> head) {
        return group.group().files().stream()
                .map(file -> Objects.requireNonNull(head.get(file.path())))
                .mapToLong(task -> task.file().recordCount() - deletes.count(task.file(), task.deletes()))
                .sum();
    }

    private boolean addFresh(LiveFile file, FileScanTask now, Map<String, PositionDeleteIndex> fresh) {
        PositionDeleteIndex before = known.computeIfAbsent(file.path(), path -> planned(file));
        PositionDeleteIndex marked = deletes.load(now.file(), now.deletes());
        PositionDeleteIndex more = Positions.without(marked, before);
        if (marked.cardinality() - more.cardinality() != before.cardinality()) {
            return false;
        }
        if (more.isNotEmpty()) {
            fresh.put(file.path(), more);
        }
        known.put(file.path(), marked);
        knownFiles.put(file.path(), identities(now.deletes()));
        return true;
    }

    /** The rows that the new files leave out; none, and noted, when the snapshot that knew was expired. */
    private PositionDeleteIndex planned(LiveFile file) {
        try {
            return deletes.load(file.file(), file.deletes());
        } catch (NotFoundException e) {
            forgotten.add(file.path());
            return Positions.none();
        }
    }

    private void carry(Map<String, PositionDeleteIndex> fresh, RowFinder.Wanted wanted) {
        if (fresh.isEmpty()) {
            return;
        }
        Map<String, DataFile> outputs =
                group.outputs().stream().collect(Collectors.toMap(DataFile::location, file -> file));
        for (RowFinder.Place place : finder.find(group, plannedSnapshotId, fresh, carried, wanted)) {
            DataFile output = Objects.requireNonNull(outputs.get(place.file()));
            carried.computeIfAbsent(output, file -> Positions.none()).delete(place.position());
        }
    }

    /** A delete file's location, and for a deletion vector its place in the file. */
    private static Set<String> identities(List<DeleteFile> files) {
        return files.stream()
                .map(file -> file.location() + "@" + file.contentOffset())
                .collect(Collectors.toSet());
    }

    /** Returns the rows of the new files that are deleted by now; files without any are left out. */
    Map<DataFile, PositionDeleteIndex> carried() {
        return carried;
    }

    /** Returns how many rows were carried over. */
    long count() {
        return carried.values().stream()
                .mapToLong(PositionDeleteIndex::cardinality)
                .sum();
    }
}
