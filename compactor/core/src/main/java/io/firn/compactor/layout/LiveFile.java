package io.firn.compactor.layout;

import java.io.Serializable;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;

/**
 * A data file of the planned snapshot.
 *
 * @param file with the bounds of the sort columns
 * @param deletes the position deletes or deletion vectors that apply to it
 * @param deletedRows rows they mark
 * @param pinned whether a tag keeps the file after it is replaced, so that rewriting it costs its bytes once more
 */
public record LiveFile(DataFile file, List<DeleteFile> deletes, long deletedRows, boolean pinned)
        implements Serializable {
    public LiveFile {
        deletes = List.copyOf(deletes);
        if (deletedRows < 0) {
            throw new IllegalArgumentException("deleted rows must not be negative but were " + deletedRows);
        }
    }

    /** Returns the location, as the table's metadata has it. */
    public String path() {
        return file.location();
    }

    /** Returns the size of the data file; its delete files are not counted. */
    public long bytes() {
        return file.fileSizeInBytes();
    }

    /** Returns bytes that stay stored after the file is replaced because a tag needs them. */
    public long pinnedBytes() {
        return pinned ? bytes() : 0;
    }

    /** Returns rows that a reader sees. */
    public long liveRows() {
        return Math.max(0, file.recordCount() - deletedRows);
    }

    /** Returns live rows, twice when a tag keeps the old ones as well. */
    public long rewriteCost() {
        return pinned ? 2 * liveRows() : liveRows();
    }

    /** Returns the part of the rows that is deleted, from 0 to 1. */
    public double deletedShare() {
        return file.recordCount() == 0 ? 1 : Math.min(1.0, (double) deletedRows / file.recordCount());
    }
}
