package io.firn.compactor.commit;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.compactor.layout.Discard;
import io.firn.compactor.layout.HeadFiles;
import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.layout.PositionDeletes;
import io.firn.compactor.rewrite.Hooks;
import io.firn.compactor.rewrite.RewrittenGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Puts new files in the place of old ones, whatever happened to the table since these were planned.
 *
 * <p>Each attempt looks at the table's head. Deletes that landed there on an old file are carried over to the new files
 * and committed with them, in the same snapshot that removes the old file and all its deletes. The new files take the
 * planned snapshot's sequence number, so that later deletes by key apply to them as they would have to the old ones.
 * Iceberg refuses the commit when one more delete came in between; then only that one is carried over, and the next
 * attempt follows. A group of which a file is gone is given up.
 */
public final class RemapCommit {
    /** The summary property by which a commit whose answer was lost is found again. */
    public static final String ID = "firn.compaction";

    /** An attempt takes milliseconds; only a table that changes all the time under a slow catalog comes near this. */
    private static final int MAX_ATTEMPTS = 200;

    private final Table table;
    private final Planned planned;
    private final String id;
    private final DeleteWriter deleteWriter;
    private final Hooks hooks;
    private final Map<RewrittenGroup, LateDeletes> pending = new LinkedHashMap<>();
    private final List<GroupOutcome> outcomes = new ArrayList<>();
    private int attempts;
    private @Nullable String refusal;
    private @Nullable Rewritten rewritten;

    /** @param id unique to this commit */
    public RemapCommit(
            Table table, Planned planned, String id, RowFinder finder, List<RewrittenGroup> groups, Hooks hooks) {
        this.table = table;
        this.planned = planned;
        this.id = id;
        this.deleteWriter = new DeleteWriter(table, id);
        this.hooks = hooks;
        PositionDeletes deletes = new PositionDeletes(table);
        groups.forEach(group -> pending.put(group, new LateDeletes(group, planned.snapshotId(), deletes, finder)));
    }

    /** Carries over what was deleted until now, so that little is left to do when the commit is made. */
    public void catchUp() {
        table.refresh();
        catchUp(Objects.requireNonNull(table.currentSnapshot()));
    }

    private Map<String, FileScanTask> catchUp(Snapshot head) {
        Map<String, FileScanTask> live = HeadFiles.read(
                table,
                head,
                pending.keySet().stream()
                        .flatMap(group -> group.group().paths().stream())
                        .collect(Collectors.toSet()));
        List.copyOf(pending.keySet()).forEach(group -> catchUp(group, live));
        return live;
    }

    /**
     * Commits all groups that can be.
     *
     * @throws FirnException with {@link ErrorCode#COMMIT_UNKNOWN} when the catalog cannot say whether the commit took
     *     place; no file is deleted then
     */
    public void run() {
        while (rewritten == null && !pending.isEmpty()) {
            if (++attempts > MAX_ATTEMPTS) {
                String why = "other commits came first %d times; the last refusal: %s".formatted(MAX_ATTEMPTS, refusal);
                List.copyOf(pending.keySet()).forEach(group -> giveUp(group, GroupOutcome.Status.FAILED, why));
            } else {
                attempt();
            }
        }
    }

    /** Returns what became of each group, after {@link #run()}. */
    public List<GroupOutcome> outcomes() {
        return outcomes;
    }

    /** Returns the commit; empty when no group was left to commit. */
    public Optional<Rewritten> rewritten() {
        return Optional.ofNullable(rewritten);
    }

    /** Returns how often the commit had to be tried again. */
    public int retries() {
        return Math.max(0, attempts - 1);
    }

    private void attempt() {
        table.refresh();
        Snapshot head = Objects.requireNonNull(table.currentSnapshot());
        Map<String, FileScanTask> live = catchUp(head);
        if (pending.isEmpty()) {
            return;
        }
        List<DeleteFile> carried = writeCarried();
        RewriteFiles rewrite = rewrite(head, live, carried);
        hooks.committing(attempts);
        try {
            rewrite.commit();
        } catch (ValidationException | CommitFailedException e) {
            table.refresh();
            if (own(head).isEmpty()) {
                Discard.deleteFiles(table, carried);
                refusal = e.getMessage();
                return;
            }
        } catch (RuntimeException e) {
            requireLanded(head, e);
        }
        table.refresh();
        succeed(own(head)
                .orElseThrow(() -> FirnException.internal("commit " + id + " is not in " + table.name(), null)));
    }

    private void catchUp(RewrittenGroup group, Map<String, FileScanTask> live) {
        List<String> gone = group.group().files().stream()
                .map(LiveFile::path)
                .filter(path -> !live.containsKey(path))
                .toList();
        if (!gone.isEmpty()) {
            giveUp(
                    group,
                    GroupOutcome.Status.ABANDONED,
                    "%d of its files were removed or replaced by another writer".formatted(gone.size()));
            return;
        }
        LateDeletes late = Objects.requireNonNull(pending.get(group));
        if (!late.catchUp(live)) {
            giveUp(group, GroupOutcome.Status.ABANDONED, "rows that were deleted are live again after a rollback");
        } else if (late.count() > 0 && removable(group, live).isEmpty()) {
            giveUp(
                    group,
                    GroupOutcome.Status.ABANDONED,
                    "rows were deleted by a delete file that belongs to other data files as well");
        }
    }

    private void giveUp(RewrittenGroup group, GroupOutcome.Status status, String why) {
        pending.remove(group);
        Discard.dataFiles(table, group.outputs());
        outcomes.add(GroupOutcome.without(group.group(), status, why));
    }

    private static List<DeleteFile> removable(RewrittenGroup group, Map<String, FileScanTask> live) {
        return group.group().files().stream()
                .flatMap(file -> Objects.requireNonNull(live.get(file.path())).deletes().stream())
                .filter(ContentFileUtil::isFileScoped)
                .toList();
    }

    private List<DeleteFile> writeCarried() {
        Map<DataFile, PositionDeleteIndex> carried = new LinkedHashMap<>();
        pending.values().forEach(late -> carried.putAll(late.carried()));
        return carried.isEmpty() ? List.of() : deleteWriter.write(carried);
    }

    private RewriteFiles rewrite(Snapshot head, Map<String, FileScanTask> live, List<DeleteFile> carried) {
        RewriteFiles rewrite = table.newRewrite()
                .validateFromSnapshot(head.snapshotId())
                .dataSequenceNumber(planned.sequenceNumber())
                .set(ID, id);
        for (RewrittenGroup group : pending.keySet()) {
            for (LiveFile file : group.group().files()) {
                rewrite.deleteFile(Objects.requireNonNull(live.get(file.path())).file());
            }
            removable(group, live).forEach(rewrite::deleteFile);
            group.outputs().forEach(rewrite::addFile);
        }
        carried.forEach(rewrite::addFile);
        return rewrite;
    }

    private void requireLanded(Snapshot head, RuntimeException unknown) {
        try {
            table.refresh();
            if (own(head).isPresent()) {
                return;
            }
        } catch (RuntimeException e) {
            unknown.addSuppressed(e);
        }
        throw new FirnException(
                ErrorCode.COMMIT_UNKNOWN,
                "the catalog did not say whether the compaction of %s was committed; no file was deleted"
                        .formatted(table.name()),
                unknown);
    }

    private Optional<Snapshot> own(Snapshot head) {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            if (snapshot.snapshotId() == head.snapshotId()) {
                break;
            }
            if (id.equals(snapshot.summary().get(ID))) {
                return Optional.of(snapshot);
            }
        }
        return Optional.empty();
    }

    private void succeed(Snapshot landed) {
        List<DataFile> removed = new ArrayList<>();
        List<DataFile> added = new ArrayList<>();
        pending.forEach((group, late) -> {
            group.group().files().forEach(file -> removed.add(file.file()));
            added.addAll(group.outputs());
            outcomes.add(GroupOutcome.committed(group, late.count()));
        });
        pending.clear();
        rewritten = new Rewritten(landed.snapshotId(), removed, added);
    }
}
