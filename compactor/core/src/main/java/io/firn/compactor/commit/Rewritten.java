package io.firn.compactor.commit;

import java.util.List;
import org.apache.iceberg.DataFile;

/**
 * One commit of a compaction.
 *
 * @param snapshotId the snapshot that is in the table because of it
 * @param removed data files that left the table
 * @param added data files in their place, with the same rows
 */
public record Rewritten(long snapshotId, List<DataFile> removed, List<DataFile> added) {
    public Rewritten {
        removed = List.copyOf(removed);
        added = List.copyOf(added);
    }
}
