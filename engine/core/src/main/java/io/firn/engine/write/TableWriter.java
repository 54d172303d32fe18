package io.firn.engine.write;

import io.firn.catalog.ChangeLogCommit;
import io.firn.catalog.CommitReceipt;
import io.firn.catalog.CurrentTableCommit;
import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.HeadMovedException;
import io.firn.catalog.RowChanges;
import io.firn.catalog.WriterId;
import io.firn.catalog.WriterPause;
import io.firn.engine.buffer.BufferColumns;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.index.KeyIndex;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one table: {@link #log} makes a cut durable in the change log, {@link #apply} folds it into the current table.
 *
 * <p>Used by one thread.
 */
public final class TableWriter {
    private static final Logger LOG = LoggerFactory.getLogger(TableWriter.class);

    /** How long it takes at most to notice that a pause is over. */
    private static final long PAUSE_LOOK_MILLIS = 50;

    private final String name;
    private final String topic;
    private final Table current;
    private final Table changes;
    private List<NestedField> columns;
    private int[] key;
    private final KeyIndex index;
    private final Path temporary;
    private final Clock clock;
    private Cut logged;
    private Cut applied;

    /**
     * @param name the table's name in the lake
     * @param topic where its changes come from
     * @param key the slots of its key columns
     * @param temporary where files wait that go to a store other than the local disk
     */
    public TableWriter(
            String name,
            String topic,
            Table current,
            Table changes,
            int[] key,
            KeyIndex index,
            Path temporary,
            Clock clock) {
        this.name = name;
        this.topic = topic;
        this.current = current;
        this.changes = changes;
        this.columns = current.schema().columns();
        this.key = key.clone();
        this.index = index;
        this.temporary = temporary;
        this.clock = clock;
        this.logged = CutProperties.applied(changes);
        this.applied = CutProperties.applied(current);
    }

    /**
     * Goes on with the columns that the table has now.
     *
     * @param newKey the slots of its key columns
     */
    public void useColumns(int[] newKey) {
        columns = current.schema().columns();
        key = newKey.clone();
    }

    /** @return the table's name in the lake */
    public String name() {
        return name;
    }

    /** @return the cut this writer knows to be in the change log */
    public Cut logged() {
        return logged;
    }

    /** @return the cut this writer knows to be in the current table */
    public Cut applied() {
        return applied;
    }

    /** @return the current table */
    public Table current() {
        return current;
    }

    /** @return the change log */
    public Table changes() {
        return changes;
    }

    /**
     * Claims the change log: a writer that claimed it before can append no more. What the log and the table hold is
     * read after that, so that it is the last word.
     */
    public void claim(WriterId writer) {
        ChangeLogCommit.claim(changes, writer);
        logged = CutProperties.applied(changes);
        lookAgain();
    }

    /** Reads anew what the current table holds: another writer may still apply what it has logged. */
    public void lookAgain() {
        current.refresh();
        applied = CutProperties.applied(current);
    }

    /** Follows what others have committed, so that the next cut need not do it first. */
    public void lookAhead() {
        current.refresh();
        if (CutProperties.applied(current).number() == applied.number()) {
            index.synchronise(current);
        }
    }

    /**
     * Appends a cut to the change log. {@code rows} may hold nothing: the cut is noted all the same.
     *
     * @param writer the one that claimed the log
     */
    public CommitReceipt log(CutRows rows, Cut cut, WriterId writer) {
        ParquetOut out = new ParquetOut(changes, operation(cut), FileSettings.of(changes), temporary);
        List<DataFile> files = rows.count() == 0
                ? List.of()
                : new ChangeLogFiles(out, changes.spec(), changes.schema(), columns)
                        .write(rows, cut.number(), topic, clock.instant());
        CommitReceipt receipt = ChangeLogCommit.append(changes, files, cut, logged, writer);
        logged = cut;
        return receipt;
    }

    /**
     * Says how the rows of a cut read as the change log has them.
     *
     * @return makes a query of the name of a table with {@link BufferColumns}
     */
    public UnaryOperator<String> asLogged(Cut cut) {
        List<NestedField> present = columns;
        Instant now = clock.instant();
        return relation -> ChangeLogFiles.select(present, relation, cut.number(), topic, now);
    }

    private String operation(Cut cut) {
        return "cut-%d".formatted(cut.number());
    }

    /**
     * Folds a cut that the change log holds into the current table. When somebody else's commit comes first, looks
     * everything up again and keeps the files it has written.
     *
     * @return the commit; empty when the cut neither changes the table nor closes a day
     */
    public Optional<CommitReceipt> apply(CutRows rows, Cut cut) {
        if (rows.count() == 0 && cut.closes().isEmpty()) {
            return Optional.empty();
        }
        if (rows.count() == 0) {
            return Optional.of(note(cut));
        }
        try (Fold fold = new Fold(rows, columns, key)) {
            List<DataFile> added = null;
            while (true) {
                letOthersCommit();
                requireUnfenced();
                index.synchronise(current);
                Deletions deletions = new Deletions(current, index, operation(cut));
                Fold.Rows counted = fold.locate(index, deletions::add);
                if (added == null) {
                    added = counted.living() == 0 ? List.of() : write(rows, fold.livingRows(counted), cut);
                }
                RowChanges delta = changes(fold.truncates() ? deletions.everything() : deletions.write(), added);
                try {
                    return Optional.of(commit(delta, cut));
                } catch (HeadMovedException e) {
                    LOG.info("{}: cut {} meets another commit and is looked up again", name, cut.number());
                }
            }
        }
    }

    /** A day closes without a change of this table. */
    private CommitReceipt note(Cut cut) {
        while (true) {
            letOthersCommit();
            requireUnfenced();
            index.synchronise(current);
            try {
                return commit(new RowChanges(List.of(), List.of(), List.of(), List.of()), cut);
            } catch (HeadMovedException e) {
                LOG.info("{}: cut {} meets another commit and is noted after it", name, cut.number());
            }
        }
    }

    /** Reads the table anew, and waits while the writer is asked to. */
    private void letOthersCommit() {
        current.refresh();
        Instant latest = clock.instant().plus(WriterPause.LONGEST);
        Instant now = clock.instant();
        if (!WriterPause.remaining(current, now).isZero()) {
            LOG.info("{}: the writer waits for a commit that cannot be made beside its own", name);
        }
        while (now.isBefore(latest) && !WriterPause.remaining(current, now).isZero()) {
            try {
                Thread.sleep(PAUSE_LOOK_MILLIS);
            } catch (InterruptedException e) {
                throw FirnException.interrupted("waiting for another commit to " + name, e);
            }
            current.refresh();
            now = clock.instant();
        }
    }

    private void requireUnfenced() {
        Cut present = CutProperties.applied(current);
        if (present.number() != applied.number()) {
            throw new FirnException(
                    ErrorCode.FENCED,
                    "%s holds cut %d but this writer expected cut %d: another writer is at work on it"
                            .formatted(current.name(), present.number(), applied.number()));
        }
    }

    private List<DataFile> write(CutRows rows, String relation, Cut cut) {
        ParquetOut out = new ParquetOut(current, operation(cut), FileSettings.of(current), temporary);
        return out.writePartitioned(rows.connection(), relation, null);
    }

    private static RowChanges changes(Deletions.Written deletions, List<DataFile> added) {
        return new RowChanges(added, deletions.removed(), deletions.added(), deletions.obsolete());
    }

    private CommitReceipt commit(RowChanges delta, Cut cut) throws HeadMovedException {
        CommitReceipt receipt = CurrentTableCommit.commit(current, current.currentSnapshot(), delta, cut);
        index.apply(current, receipt, delta);
        applied = cut;
        return receipt;
    }
}
