package io.firn.compactor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/** Some data files as a snapshot has them, with the deletes that apply to them there. */
final class HeadFiles {
    private HeadFiles() {}

    /** Returns those of the groups' files that the snapshot has, by location. */
    static Map<String, FileScanTask> read(Table table, Snapshot snapshot, List<FileGroup> groups) {
        return read(
                table,
                snapshot,
                groups.stream()
                        .flatMap(group -> group.files().stream())
                        .map(LiveFile::path)
                        .collect(Collectors.toSet()));
    }

    /** Returns those of the files that the snapshot has, by location. */
    static Map<String, FileScanTask> read(Table table, Snapshot snapshot, Set<String> wanted) {
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
