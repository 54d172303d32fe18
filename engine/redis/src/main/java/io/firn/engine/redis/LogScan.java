package io.firn.engine.redis;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.workbench.Scan;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.BaseFileScanTask;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.ResidualEvaluator;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files of a change log that came after a cut, by reading only the manifests of the snapshots that came after
 * it. A file with later cuts, compacted or not, stands in such a manifest.
 */
final class LogScan {
    /** Stands for the snapshot of a log without one. */
    static final long NO_SNAPSHOT = -1;

    private final Table log;
    private final @Nullable Snapshot head;
    private final long headCut;

    private LogScan(Table log, @Nullable Snapshot head) {
        this.log = log;
        this.head = head;
        this.headCut = CutProperties.appliedAt(log, head).number();
    }

    /** Returns a look at the log as it is now. */
    static LogScan of(Table log) {
        return new LogScan(log, log.currentSnapshot());
    }

    /** Returns the latest cut in the log. */
    long headCut() {
        return headCut;
    }

    /** Returns the log's snapshot, or {@link #NO_SNAPSHOT}. */
    long snapshotId() {
        return head == null ? NO_SNAPSHOT : head.snapshotId();
    }

    Table log() {
        return log;
    }

    @Nullable
    Snapshot head() {
        return head;
    }

    /**
     * Returns the files that may have later cuts; empty when the log may not have all of them any more.
     *
     * @param cut at most the head's
     * @param snapshot where that cut was seen at the head; null when that is not known
     */
    Optional<List<LogFile>> since(long cut, @Nullable Long snapshot) {
        if (head == null || cut >= headCut) {
            return Optional.of(List.of());
        }
        List<Snapshot> newer = new ArrayList<>();
        boolean known = false;
        for (Snapshot ancestor : SnapshotUtil.ancestorsOf(head.snapshotId(), log::snapshot)) {
            if (Objects.equals(ancestor.snapshotId(), snapshot) || holdsAtMost(ancestor, cut)) {
                known = true;
                break;
            }
            newer.add(ancestor);
            known = ancestor.parentId() == null;
        }
        return known ? sinceKnown(head, newer, cut) : sinceForgotten(head, cut);
    }

    private static boolean holdsAtMost(Snapshot snapshot, long cut) {
        return Cut.of(snapshot.summary()).filter(held -> held.number() <= cut).isPresent();
    }

    private Optional<List<LogFile>> sinceKnown(Snapshot at, List<Snapshot> newer, long cut) {
        if (newer.stream().anyMatch(LogScan::removes)) {
            return sinceForgotten(at, cut);
        }
        Set<Long> ids = new HashSet<>();
        newer.forEach(snapshot -> ids.add(snapshot.snapshotId()));
        return Optional.of(
                live(at, ids).stream().filter(file -> file.lastCut() > cut).toList());
    }

    private static boolean removes(Snapshot snapshot) {
        return snapshot.operation().equals(DataOperations.DELETE)
                || snapshot.operation().equals(DataOperations.OVERWRITE);
    }

    /** A log loses its oldest cuts first: what has a row of the next cut or an older one has everything later. */
    private Optional<List<LogFile>> sinceForgotten(Snapshot at, long cut) {
        List<LogFile> all = live(at, null);
        boolean reachesBack = all.stream().anyMatch(file -> file.firstCut() > 0 && file.firstCut() <= cut + 1);
        return reachesBack
                ? Optional.of(all.stream().filter(file -> file.lastCut() > cut).toList())
                : Optional.empty();
    }

    private List<LogFile> live(Snapshot at, @Nullable Set<Long> addedBy) {
        if (!at.deleteManifests(log.io()).isEmpty()) {
            return Workbench.plan(Scan.of(log, at.snapshotId())).stream()
                    .map(task -> LogFile.of(task, log.schema(), headCut))
                    .toList();
        }
        List<LogFile> files = new ArrayList<>();
        for (ManifestFile manifest : at.dataManifests(log.io())) {
            if (addedBy == null || addedBy.contains(manifest.snapshotId())) {
                read(manifest, files);
            }
        }
        return files;
    }

    private void read(ManifestFile manifest, List<LogFile> into) {
        try (ManifestReader<DataFile> entries = ManifestFiles.read(manifest, log.io(), log.specs())) {
            for (DataFile file : entries) {
                into.add(LogFile.of(task(file.copy()), log.schema(), headCut));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + manifest.path(), e);
        }
    }

    private FileScanTask task(DataFile file) {
        PartitionSpec spec = log.specs().get(file.specId());
        return new BaseFileScanTask(
                file,
                new DeleteFile[0],
                SchemaParser.toJson(log.schema()),
                PartitionSpecParser.toJson(spec),
                ResidualEvaluator.unpartitioned(Expressions.alwaysTrue()));
    }
}
