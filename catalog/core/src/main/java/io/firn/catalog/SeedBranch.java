package io.firn.catalog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * The branch on which a table's first rows collect, out of sight of everybody who reads the table. Each finished part
 * of the source is one commit that carries the part's number, so that the branch itself says what is done; at the end
 * the table's main branch moves there in one commit.
 *
 * <p>Threads may share an instance.
 */
public final class SeedBranch {
    /** The branch's name. */
    public static final String NAME = "firn_seed";

    /**
     * The tag of the published rows begins with this and goes on with the cut's number. Change logs begin after them,
     * so whatever is made again from a change log begins there.
     */
    public static final String TAG_PREFIX = "seed-";

    /** The table property that says what is being loaded. */
    private static final String PLAN = "firn.seed.plan";

    private static final String PART = "firn.seed.part";
    private static final String REJECTED = "firn.seed.rejected";
    private static final String EMPTY = "firn.seed.empty";
    private static final String COMPLETE = "firn.seed.complete";

    private final Table table;

    /** @param table not used by anybody else at the same time */
    public SeedBranch(Table table) {
        this.table = table;
    }

    /** @return whether rows of {@code table} are being loaded and cannot be seen yet */
    public static boolean isPresent(Table table) {
        return table.properties().containsKey(PLAN) || table.refs().containsKey(NAME);
    }

    /** @return what was given to {@link #begin}; empty when nothing is being loaded */
    public synchronized Optional<String> plan() {
        return Optional.ofNullable(table.properties().get(PLAN));
    }

    /** Throws away what a branch holds, and notes what will be loaded now. */
    public synchronized void begin(String plan) {
        BesideWriters.commit(table, () -> tryBegin(plan));
    }

    private void tryBegin(String plan) {
        Transaction transaction = table.newTransaction();
        if (table.refs().containsKey(NAME)) {
            transaction.manageSnapshots().removeBranch(NAME).commit();
        }
        Snapshot current = table.currentSnapshot();
        if (current != null) {
            transaction
                    .manageSnapshots()
                    .createBranch(NAME, current.snapshotId())
                    .commit();
            transaction
                    .newDelete()
                    .deleteFromRowFilter(Expressions.alwaysTrue())
                    .set(EMPTY, "true")
                    .toBranch(NAME)
                    .commit();
        }
        transaction.updateProperties().set(PLAN, plan).commit();
        transaction.commitTransaction();
    }

    /** @return the numbers of the finished parts, and how many rows of each were rejected */
    public synchronized Map<Integer, Long> finished() {
        Map<Integer, Long> parts = new TreeMap<>();
        for (Snapshot snapshot : ancestors()) {
            String part = snapshot.summary().get(PART);
            if (snapshot.summary().containsKey(EMPTY)) {
                break;
            }
            if (part != null) {
                parts.put(
                        Integer.parseInt(part),
                        Long.parseLong(snapshot.summary().getOrDefault(REJECTED, "0")));
            }
        }
        return Collections.unmodifiableMap(parts);
    }

    /** @return how many rows the finished parts have */
    public synchronized long rows() {
        Snapshot head = head();
        return head == null ? 0 : Long.parseLong(head.summary().getOrDefault("total-records", "0"));
    }

    private List<Snapshot> ancestors() {
        Snapshot head = head();
        List<Snapshot> ancestors = new ArrayList<>();
        if (head != null) {
            SnapshotUtil.ancestorsOf(head.snapshotId(), table::snapshot).forEach(ancestors::add);
        }
        return ancestors;
    }

    private @Nullable Snapshot head() {
        SnapshotRef ref = table.refs().get(NAME);
        return ref == null ? null : table.snapshot(ref.snapshotId());
    }

    /** @return the snapshot with everything; null before {@link #complete} */
    public synchronized @Nullable Long completedSnapshot() {
        Snapshot head = head();
        return head == null || completed().isEmpty() ? null : (Long) head.snapshotId();
    }

    /**
     * @return the snapshot with all finished parts and nothing else; null before the first part of a table without rows
     */
    public synchronized @Nullable Long loaded() {
        return ancestors().stream()
                .filter(snapshot -> snapshot.summary().containsKey(PART)
                        || snapshot.summary().containsKey(EMPTY))
                .map(Snapshot::snapshotId)
                .findFirst()
                .orElse(null);
    }

    /** Adds the rows of one part. */
    public synchronized void finish(int part, List<DataFile> files, long rejectedRows) {
        AppendFiles append = table.newAppend().toBranch(NAME);
        files.forEach(append::appendFile);
        append.set(PART, Integer.toString(part)).set(REJECTED, Long.toString(rejectedRows));
        append.commit();
        table.refresh();
    }

    /**
     * Puts the rows that changed during the load right, which completes the branch. A completion before is undone
     * first.
     *
     * @param changes computed for the snapshot {@link #loaded()}
     * @param cut what the branch holds after this
     */
    public synchronized void complete(RowChanges changes, Cut cut) {
        undoCompletion();
        BesideWriters.commit(table, () -> change(changes, cut, loaded()));
    }

    /**
     * Takes a complete branch on to a later cut.
     *
     * @param changes computed for the snapshot {@link #completedSnapshot()}
     * @param cut what the branch holds after this
     */
    public synchronized void advance(RowChanges changes, Cut cut) {
        Long from = Objects.requireNonNull(completedSnapshot(), "nothing is complete");
        BesideWriters.commit(table, () -> change(changes, cut, from));
    }

    private void change(RowChanges changes, Cut cut, @Nullable Long from) {
        if (changes.isEmpty()) {
            mark(table.newAppend(), cut).commit();
            return;
        }
        RowDelta delta = table.newRowDelta();
        changes.addTo(delta);
        if (from != null) {
            delta.validateFromSnapshot(from);
        }
        mark(delta, cut).commit();
    }

    private void undoCompletion() {
        Snapshot head = head();
        if (head == null || !head.summary().containsKey(COMPLETE)) {
            return;
        }
        Long loaded = loaded();
        BesideWriters.commit(table, () -> {
            if (loaded == null) {
                table.manageSnapshots().removeBranch(NAME).commit();
            } else {
                table.manageSnapshots().replaceBranch(NAME, loaded).commit();
            }
        });
    }

    private static <T extends SnapshotUpdate<T>> T mark(T update, Cut cut) {
        update.set(COMPLETE, "true");
        cut.properties().forEach(update::set);
        return update.toBranch(NAME);
    }

    /** @return the cut that the branch holds completely; empty while something is missing */
    public synchronized Optional<Cut> completed() {
        Snapshot head = head();
        return head == null || !head.summary().containsKey(COMPLETE) ? Optional.empty() : Cut.of(head.summary());
    }

    /**
     * Lets everybody see the rows: the table's main branch, which must be empty, becomes this one. Does nothing when
     * that has happened already.
     *
     * @throws FirnException when the table has rows that were not there at the beginning
     */
    public synchronized CommitReceipt publish() {
        table.refresh();
        Snapshot head = Objects.requireNonNull(head(), "nothing is complete");
        Cut cut = completed().orElseThrow();
        Snapshot current = table.currentSnapshot();
        if (current == null) {
            Transaction transaction = table.newTransaction();
            transaction
                    .manageSnapshots()
                    .fastForwardBranch(SnapshotRef.MAIN_BRANCH, NAME)
                    .createTag(TAG_PREFIX + cut.number(), head.snapshotId())
                    .commit();
            CutProperties.set(transaction, cut);
            transaction.commitTransaction();
            table.refresh();
        } else if (current.snapshotId() != head.snapshotId()) {
            throw new FirnException(
                    ErrorCode.FENCED,
                    "%s has got rows from another writer during its first load: nothing was published"
                            .formatted(table.name()));
        }
        return new CommitReceipt(table.name(), head.snapshotId(), cut);
    }

    /** Forgets the load: what is published stays, what is not is gone. */
    public synchronized void end() {
        table.refresh();
        if (isPresent(table)) {
            BesideWriters.commit(table, this::tryEnd);
        }
    }

    private void tryEnd() {
        Transaction transaction = table.newTransaction();
        if (table.refs().containsKey(NAME)) {
            transaction.manageSnapshots().removeBranch(NAME).commit();
        }
        transaction.updateProperties().remove(PLAN).commit();
        transaction.commitTransaction();
    }

    /** @return the table whose rows are loaded */
    public Table table() {
        return table;
    }
}
