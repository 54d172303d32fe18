package io.firn.engine.index;

import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;

/**
 * A data file of the snapshot the index is synchronised with.
 *
 * @param number the file's number in the index, never used again
 * @param deletes the delete files that apply to it at that snapshot
 */
public record LiveFile(int number, DataFile file, List<DeleteFile> deletes) {
    public LiveFile {
        deletes = List.copyOf(deletes);
    }

    /** @return the file's location as the table spells it */
    public String location() {
        return file.location();
    }

    LiveFile withDeletes(List<DeleteFile> others) {
        return new LiveFile(number, file, others);
    }

    /**
     * @return the lineage id of the row at {@code position} of a file that does not store ids; -1 in a table without
     *     lineage
     */
    long inheritedRowId(long position) {
        Long first = file.firstRowId();
        return first == null ? RowAddress.INHERITED : first + position;
    }
}
