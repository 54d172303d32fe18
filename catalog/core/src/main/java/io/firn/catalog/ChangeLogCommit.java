package io.firn.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateProperties;
import org.jspecify.annotations.Nullable;

/**
 * Appends one cut to a change log. This is the commit that makes a cut durable: the source may be acknowledged after
 * it.
 */
public final class ChangeLogCommit {
    private ChangeLogCommit() {}

    /**
     * Appends {@code files} and {@code cut}, whoever claimed the log.
     *
     * @param previous the cut the log is expected to hold; a log that holds another one has a second writer
     * @throws FirnException with {@link ErrorCode#FENCED} when the log is not at {@code previous}; nothing was changed
     */
    public static CommitReceipt append(Table log, List<DataFile> files, Cut cut, Cut previous) {
        return append(log, files, cut, previous, null);
    }

    /**
     * Appends {@code files} and {@code cut}.
     *
     * @param previous the cut the log is expected to hold; a log that holds another one has a second writer
     * @param writer the one that must have claimed the log last; null to append whoever did
     * @throws FirnException with {@link ErrorCode#FENCED} when the log is not at {@code previous}, or was claimed by
     *     another writer since; nothing was changed
     */
    public static CommitReceipt append(
            Table log, List<DataFile> files, Cut cut, Cut previous, @Nullable WriterId writer) {
        while (true) {
            requireUnfenced(log, previous, writer);
            try {
                Map<String, String> properties = new LinkedHashMap<>(cut.properties());
                properties.putAll(claimed(writer));
                Snapshot landed = tryAppend(log, log.currentSnapshot(), files, properties);
                return new CommitReceipt(log.name(), landed.snapshotId(), cut);
            } catch (HeadMovedException e) {
                log.refresh();
            }
        }
    }

    /**
     * Appends {@code files} and {@code cut} if nobody came in between, whatever cut the log holds.
     *
     * @param head the snapshot the files were made for; null for a table without one
     * @param more properties that the commit and the table get besides
     * @throws HeadMovedException when the log is no longer at {@code head}; nothing was changed
     */
    public static CommitReceipt appendOnto(
            Table log, @Nullable Snapshot head, List<DataFile> files, Cut cut, Map<String, String> more)
            throws HeadMovedException {
        Map<String, String> properties = new LinkedHashMap<>(cut.properties());
        properties.putAll(more);
        Snapshot landed = tryAppend(log, head, files, properties);
        return new CommitReceipt(log.name(), landed.snapshotId(), cut);
    }

    private static void requireUnfenced(Table log, Cut previous, @Nullable WriterId writer) {
        Cut present = CutProperties.applied(log);
        if (present.number() != previous.number()) {
            throw new FirnException(
                    ErrorCode.FENCED,
                    "%s holds cut %d but this writer expected cut %d: another writer is at work on it"
                            .formatted(log.name(), present.number(), previous.number()));
        }
        if (writer != null && !writer.equals(WriterId.of(log).orElse(null))) {
            throw new FirnException(
                    ErrorCode.FENCED,
                    "%s was taken over by writer %d, and this is writer %d: only the last one started goes on"
                            .formatted(log.name(), WriterId.epochOf(log), writer.epoch()));
        }
    }

    /**
     * Claims a log for {@code writer}: whoever claimed it before can append no more.
     *
     * @throws FirnException with {@link ErrorCode#FENCED} when a writer of the same or a later epoch has the log;
     *     nothing was changed
     */
    public static void claim(Table log, WriterId writer) {
        while (true) {
            log.refresh();
            if (WriterId.epochOf(log) >= writer.epoch()) {
                throw new FirnException(
                        ErrorCode.FENCED,
                        "%s belongs to writer %d, and this is writer %d: another one was started just now"
                                .formatted(log.name(), WriterId.epochOf(log), writer.epoch()));
            }
            try {
                tryAppend(log, log.currentSnapshot(), List.of(), claimed(writer));
                return;
            } catch (HeadMovedException e) {
                // looked at again
            }
        }
    }

    private static Map<String, String> claimed(@Nullable WriterId writer) {
        return writer == null ? Map.of() : Map.of(WriterId.PROPERTY, writer.toString());
    }

    private static Snapshot tryAppend(
            Table log, @Nullable Snapshot head, List<DataFile> files, Map<String, String> properties)
            throws HeadMovedException {
        AtomicCommit commit = new AtomicCommit(log, head);
        Transaction transaction = commit.begin();
        AppendFiles append = CommitThreads.forAppend(transaction.newFastAppend());
        files.forEach(append::appendFile);
        append.set(commit.property(), commit.id());
        properties.forEach(append::set);
        append.validateWith(commit.onlyOnHead()).commit();
        UpdateProperties table = transaction.updateProperties();
        properties.forEach(table::set);
        table.commit();
        return commit.commit(transaction);
    }
}
