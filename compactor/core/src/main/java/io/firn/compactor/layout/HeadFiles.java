package io.firn.compactor.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/** Some data files as a snapshot has them, with the deletes that apply to them there. */
public final class HeadFiles {
    private HeadFiles() {}

    /** Returns those of the files that the snapshot has, by location. */
    public static Map<String, FileScanTask> read(Table table, Snapshot snapshot, Set<String> wanted) {
        Map<String, FileScanTask> found = new HashMap<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
            for (FileScanTask task : tasks) {
                if (wanted.contains(task.file().location())) {
                    found.put(task.file().location(), task);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
