package io.firn.catalog;

import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Commits a transaction only onto the snapshot it was prepared for, and finds out what happened when the catalog's
 * answer is lost.
 *
 * <p>Iceberg itself would rebase an append, or retry on another head; here a head that moved is the caller's to look
 * at.
 */
final class AtomicCommit {
    private static final String ID = "firn.commit-id";

    private final Table table;
    private final @Nullable Long head;
    private final String id = UUID.randomUUID().toString();

    AtomicCommit(Table table, @Nullable Snapshot head) {
        this.table = table;
        this.head = head == null ? null : head.snapshotId();
    }

    /** @return the summary property that marks this commit */
    String property() {
        return ID;
    }

    /** @return the value of the summary property, unique to this commit */
    String id() {
        return id;
    }

    /** @return the check to give to every snapshot of the transaction */
    SnapshotAncestryValidator onlyOnHead() {
        return new SnapshotAncestryValidator() {
            @Override
            public boolean validate(Iterable<Snapshot> ancestors) {
                Iterator<Snapshot> newestFirst = ancestors.iterator();
                Long current = newestFirst.hasNext() ? (Long) newestFirst.next().snapshotId() : null;
                return Objects.equals(current, head);
            }

            @Override
            public String errorMessage() {
                return "the table moved on from snapshot " + head;
            }
        };
    }

    /**
     * Begins the transaction. Beginning reads the table anew, so that the head may be seen to have moved already.
     *
     * @throws HeadMovedException when another commit came first
     */
    Transaction begin() throws HeadMovedException {
        Transaction transaction = table.newTransaction();
        if (!Objects.equals(currentId(), head)) {
            throw new HeadMovedException(table.name(), head, null);
        }
        return transaction;
    }

    /**
     * Commits.
     *
     * @return the snapshot that is current because of this commit
     * @throws HeadMovedException when another commit came first; nothing was changed
     * @throws CommitStateUnknownException when the catalog cannot say whether the commit took place
     */
    Snapshot commit(Transaction transaction) throws HeadMovedException {
        try {
            transaction.commitTransaction();
        } catch (CommitStateUnknownException e) {
            return afterUnknownOutcome(e);
        } catch (ValidationException | CommitFailedException e) {
            table.refresh();
            Optional<Snapshot> own = own();
            if (own.isPresent()) {
                return own.get();
            }
            if (Objects.equals(currentId(), head) && e instanceof ValidationException) {
                throw e;
            }
            throw new HeadMovedException(table.name(), head, e);
        }
        table.refresh();
        return own().orElseThrow(() -> new IllegalStateException("commit " + id + " is not in " + table.name()));
    }

    private Snapshot afterUnknownOutcome(CommitStateUnknownException unknown) throws HeadMovedException {
        try {
            table.refresh();
        } catch (RuntimeException e) {
            unknown.addSuppressed(e);
            throw unknown;
        }
        Optional<Snapshot> own = own();
        if (own.isPresent()) {
            return own.get();
        }
        if (Objects.equals(currentId(), head)) {
            throw unknown;
        }
        throw new HeadMovedException(table.name(), head, unknown);
    }

    private Optional<Snapshot> own() {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            if (id.equals(snapshot.summary().get(ID))) {
                return Optional.of(snapshot);
            }
            if (Objects.equals(snapshot.snapshotId(), head)) {
                break;
            }
        }
        return Optional.empty();
    }

    private @Nullable Long currentId() {
        Snapshot current = table.currentSnapshot();
        return current == null ? null : (Long) current.snapshotId();
    }
}
