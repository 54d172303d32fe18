package io.firn.catalog;

import java.util.List;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;

/**
 * Appends one cut to a change log. This is the commit that makes a cut durable: the source may be acknowledged after
 * it.
 */
public final class ChangeLogCommit {
    private ChangeLogCommit() {}

    /**
     * Appends {@code files} and {@code cut}.
     *
     * @param previous the cut the log is expected to hold; a log that holds another one has a second writer
     * @throws FirnException with {@link ErrorCode#FENCED} when the log is not at {@code previous}; nothing was changed
     */
    public static CommitReceipt append(Table log, List<DataFile> files, Cut cut, Cut previous) {
        while (true) {
            Cut present = CutProperties.applied(log);
            if (present.number() != previous.number()) {
                throw new FirnException(
                        ErrorCode.FENCED,
                        "%s holds cut %d but this writer expected cut %d: another writer is at work on it"
                                .formatted(log.name(), present.number(), previous.number()));
            }
            try {
                return tryAppend(log, files, cut);
            } catch (HeadMovedException e) {
                log.refresh();
            }
        }
    }

    private static CommitReceipt tryAppend(Table log, List<DataFile> files, Cut cut) throws HeadMovedException {
        AtomicCommit commit = new AtomicCommit(log, log.currentSnapshot());
        Transaction transaction = commit.begin();
        AppendFiles append = transaction.newFastAppend();
        files.forEach(append::appendFile);
        append.set(commit.property(), commit.id());
        cut.properties().forEach(append::set);
        append.validateWith(commit.onlyOnHead()).commit();
        CutProperties.set(transaction, cut);
        Snapshot landed = commit.commit(transaction);
        return new CommitReceipt(log.name(), landed.snapshotId(), cut);
    }
}
