package io.firn.catalog;

import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.RowDelta;

/**
 * What one cut does to a table's files.
 *
 * @param added data files with new row versions
 * @param removed data files with no row left
 * @param addedDeletes deletion vectors, or file-scoped position deletes, complete for their data file
 * @param removedDeletes the delete files that {@code addedDeletes} replaces
 */
public record RowChanges(
        List<DataFile> added, List<DataFile> removed, List<DeleteFile> addedDeletes, List<DeleteFile> removedDeletes) {
    /** No change to any file. */
    public static final RowChanges NONE = new RowChanges(List.of(), List.of(), List.of(), List.of());

    public RowChanges {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        addedDeletes = List.copyOf(addedDeletes);
        removedDeletes = List.copyOf(removedDeletes);
    }

    /** Makes these changes part of an Iceberg commit. */
    void addTo(RowDelta delta) {
        added.forEach(delta::addRows);
        removed.forEach(delta::removeRows);
        addedDeletes.forEach(delta::addDeletes);
        removedDeletes.forEach(delta::removeDeletes);
    }

    /** @return whether no file is touched */
    public boolean isEmpty() {
        return added.isEmpty() && removed.isEmpty() && addedDeletes.isEmpty() && removedDeletes.isEmpty();
    }
}
