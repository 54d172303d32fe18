package io.firn.catalog;

import java.util.Map;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * Applies one cut to a current table: the row changes, the cut's properties and, when the cut closes a day, the tag, in
 * one commit that lands only on the snapshot the changes were computed for.
 */
public final class CurrentTableCommit {
    private CurrentTableCommit() {}

    /**
     * Commits {@code changes} and {@code cut}.
     *
     * <p>A cut that changes nothing and closes nothing is not worth a commit; the caller leaves it out.
     *
     * @param head the snapshot the changes were computed for; null for a table without one
     * @throws HeadMovedException when the table is no longer at {@code head}; the files stay usable
     */
    public static CommitReceipt commit(Table table, @Nullable Snapshot head, RowChanges changes, Cut cut)
            throws HeadMovedException {
        AtomicCommit commit = new AtomicCommit(table, head);
        Transaction transaction = commit.begin();
        if (changes.isEmpty()) {
            mark(CommitThreads.forAppend(transaction.newFastAppend()), commit, cut)
                    .commit();
        } else {
            mark(CommitThreads.forChange(table, delta(transaction, head, changes)), commit, cut)
                    .commit();
        }
        CutProperties.set(transaction, cut);
        long snapshot = transaction.table().currentSnapshot().snapshotId();
        for (String tag : cut.closes()) {
            transaction.manageSnapshots().createTag(tag, snapshot).commit();
        }
        Snapshot landed = commit.commit(transaction);
        return new CommitReceipt(table.name(), landed.snapshotId(), cut);
    }

    private static RowDelta delta(Transaction transaction, @Nullable Snapshot head, RowChanges changes) {
        RowDelta delta = transaction.newRowDelta();
        changes.addTo(delta);
        if (head != null) {
            delta.validateFromSnapshot(head.snapshotId());
        }
        return delta;
    }

    private static <T extends SnapshotUpdate<T>> T mark(T update, AtomicCommit commit, Cut cut) {
        update.set(commit.property(), commit.id());
        for (Map.Entry<String, String> property : cut.properties().entrySet()) {
            update.set(property.getKey(), property.getValue());
        }
        return update.validateWith(commit.onlyOnHead());
    }
}
