package io.firn.compactor.journal;

import io.firn.catalog.LocalFileIO;
import io.firn.compactor.commit.Planned;
import io.firn.compactor.commit.RemapCommit;
import io.firn.compactor.layout.Discard;
import io.firn.compactor.layout.HeadFiles;
import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.rewrite.RewrittenGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What compactions that ended in a crash left behind: finished rewrites, to be committed now, and files that will never
 * be needed, to be deleted.
 */
public final class LeftBehind {
    private static final Logger LOG = LoggerFactory.getLogger(LeftBehind.class);

    private final Table table;
    private final Journal journal;
    private final Path uploadDirectory;

    /**
     * What was left behind by compactions of a table.
     *
     * @param uploadDirectory where files were written before they were uploaded
     */
    public LeftBehind(Table table, Journal journal, Path uploadDirectory) {
        this.table = table;
        this.journal = journal;
        this.uploadDirectory = uploadDirectory;
    }

    /**
     * Tidies up.
     *
     * @return rewrites that can be committed, by the snapshot they were planned for
     */
    public Map<Planned, List<RewrittenGroup>> collect() {
        Map<Planned, List<RewrittenGroup>> finished = new LinkedHashMap<>();
        List<String> abandoned = new ArrayList<>();
        for (JournalEntry entry : journal.leftBehind()) {
            JournalEntry.Work work = entry.work();
            if (work == null) {
                abandoned.add(entry.operation());
            } else if (landed(work)) {
                journal.end(entry.operation());
            } else {
                RewrittenGroup group = restored(entry.operation(), work);
                if (group == null) {
                    abandoned.add(entry.operation());
                } else {
                    finished.computeIfAbsent(work.planned(), planned -> new ArrayList<>())
                            .add(group);
                }
            }
        }
        delete(abandoned);
        return finished;
    }

    /** Whether a commit brought the new files into the table, although nobody heard of it. */
    private boolean landed(JournalEntry.Work work) {
        Set<String> outputs = work.outputs().stream().map(ContentFile::location).collect(Collectors.toSet());
        for (Snapshot snapshot : table.snapshots()) {
            if (snapshot.sequenceNumber() > work.planned().sequenceNumber()
                    && snapshot.summary().containsKey(RemapCommit.ID)) {
                for (DataFile file : SnapshotChanges.builderFor(table)
                        .snapshot(snapshot)
                        .build()
                        .addedDataFiles()) {
                    if (outputs.contains(file.location())) {
                        return true;
                    }
                }
            }
        }
        return !live(outputs).isEmpty();
    }

    private Map<String, FileScanTask> live(Set<String> locations) {
        Snapshot head = table.currentSnapshot();
        return head == null ? Map.of() : HeadFiles.read(table, head, locations);
    }

    /** The group with its files as they are now; null when one of them, or a new file, is gone. */
    private @org.jspecify.annotations.Nullable RewrittenGroup restored(String operation, JournalEntry.Work work) {
        Map<String, FileScanTask> live =
                live(work.inputs().stream().map(JournalEntry.Input::path).collect(Collectors.toSet()));
        boolean whole = live.size() == work.inputs().size()
                && work.outputs().stream()
                        .allMatch(
                                file -> table.io().newInputFile(file.location()).exists());
        if (!whole) {
            return null;
        }
        List<LiveFile> files = work.inputs().stream()
                .map(input -> new LiveFile(
                        Objects.requireNonNull(live.get(input.path())).file(),
                        input.deletes(),
                        input.deletedRows(),
                        input.pinned()))
                .toList();
        DataFile first = files.get(0).file();
        FileGroup group = new FileGroup(
                first.specId(), first.partition(), work.partitionName(), work.reason(), work.depth(), 0, files);
        LOG.info("{}: a finished rewrite of {} files is committed after a restart", table.name(), files.size());
        return new RewrittenGroup(operation, group, work.outputs());
    }

    private void delete(List<String> operations) {
        if (operations.isEmpty()) {
            return;
        }
        deleteUploads(operations);
        deleteData(operations, Set.of());
        operations.forEach(journal::end);
    }

    /** Deletes what earlier attempts of an operation wrote. */
    public void deleteExcept(String operation, List<DataFile> outputs) {
        deleteData(
                List.of(operation), outputs.stream().map(ContentFile::location).collect(Collectors.toSet()));
    }

    private void deleteData(List<String> operations, Set<String> kept) {
        if (table.io() instanceof SupportsPrefixOperations io) {
            for (FileInfo file : io.listPrefix(dataLocation())) {
                String name = file.location().substring(file.location().lastIndexOf('/') + 1);
                if (operations.stream().anyMatch(name::startsWith) && !kept.contains(file.location())) {
                    LOG.info("{}: {} of an interrupted compaction is deleted", table.name(), file.location());
                    Discard.location(table, file.location());
                }
            }
        }
    }

    private String dataLocation() {
        String file = table.locationProvider().newDataLocation("x");
        boolean local = LocalFileIO.handles(file);
        return local ? file.substring(0, file.lastIndexOf('/')) : table.location();
    }

    private void deleteUploads(List<String> operations) {
        if (!Files.isDirectory(uploadDirectory)) {
            return;
        }
        try (Stream<Path> files = Files.list(uploadDirectory)) {
            for (Path file : files.toList()) {
                if (operations.stream().anyMatch(file.getFileName().toString()::startsWith)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("files of an interrupted compaction in {} were not deleted", uploadDirectory, e);
        }
    }
}
