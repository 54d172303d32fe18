package io.firn.engine.seed;

import io.firn.catalog.CurrentTableCommit;
import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.HeadMovedException;
import io.firn.catalog.RowChanges;
import io.firn.catalog.WriterPause;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.duckdb.DuckDBConnection;

/**
 * Gives a table that is in use the rows that were read for it. What the change log has after the rows' moment is
 * brought to the branch first, until the branch holds what the table's own cut says; then the branch's files take the
 * place of the table's, which is a matter of metadata. When the writer commits in between, only its new cuts are
 * brought over, and when it commits faster than that can be done, it is asked to wait.
 *
 * <p>A cut that holds transactions of before and after the moment is taken as a whole, for the last change of a row
 * before the moment made it what was read.
 */
final class Replacement {
    private static final String LOG = "firn:seed:log";
    private static final String ROWS = "firn:seed:rows";
    private static final String CHANGED = "firn:seed:changed";

    /** So many attempts leave the writer alone. */
    private static final int POLITE_ATTEMPTS = 2;

    private final Workbench workbench;
    private final DuckDBConnection connection;
    private final TableSeed table;
    private final Path temporary;
    private final Clock clock;
    private final SeedListener listener;

    Replacement(
            Workbench workbench,
            DuckDBConnection connection,
            TableSeed table,
            Path temporary,
            Clock clock,
            SeedListener listener) {
        this.workbench = workbench;
        this.connection = connection;
        this.table = table;
        this.temporary = temporary;
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * Puts the rows in place of the table's.
     *
     * @param moment of the rows
     * @return false when all rows were deleted after the moment, so that they have to be read again
     */
    boolean run(Cut moment) {
        try {
            return attempts(moment);
        } catch (SQLException e) {
            throw DuckFailures.translate("bringing the rows of " + table.name() + " up to its cut", e);
        } finally {
            WriterPause.end(table.table());
        }
    }

    private boolean attempts(Cut moment) throws SQLException {
        table.changes().refresh();
        long reached = lastBefore(moment);
        for (int attempt = 1; ; attempt++) {
            if (attempt > POLITE_ATTEMPTS) {
                WriterPause.ask(table.table(), clock.instant().plus(WriterPause.LONGEST));
            }
            table.table().refresh();
            table.changes().refresh();
            Snapshot head = Objects.requireNonNull(table.table().currentSnapshot());
            Cut present = CutProperties.appliedAt(table.table(), head).withoutCloses();
            if (present.number() > reached) {
                if (!advance(reached, present)) {
                    return false;
                }
                reached = present.number();
            }
            try {
                CurrentTableCommit.commit(table.table(), head, exchange(head), present);
                return true;
            } catch (HeadMovedException e) {
                listener.note("table %s has moved on: the latest changes are added".formatted(table.name()));
            }
        }
    }

    /** Brings the cuts that follow {@code after} to the branch. @return false when the table was truncated in them */
    private boolean advance(long after, Cut upTo) throws SQLException {
        Scan completed =
                Scan.of(table.table(), Objects.requireNonNull(table.branch().completedSnapshot()));
        try (Statement statement = connection.createStatement()) {
            if (!readLog(statement, after, upTo.number())) {
                return false;
            }
            BranchDeletes deletes = deletes(statement, completed);
            List<DeleteFile> written = deletes.write();
            table.branch().advance(new RowChanges(later(), List.of(), written, deletes.obsolete()), upTo);
            statement.execute("DROP TABLE " + Sql.identifier(CHANGED));
            return true;
        }
    }

    /** The branch's files for those of the table. */
    private RowChanges exchange(Snapshot head) {
        List<DataFile> added = new ArrayList<>();
        List<DeleteFile> addedDeletes = new ArrayList<>();
        Long completed = table.branch().completedSnapshot();
        for (FileScanTask file : Workbench.plan(Scan.of(table.table(), completed))) {
            added.add(file.file());
            addedDeletes.addAll(file.deletes());
        }
        List<DataFile> removed = new ArrayList<>();
        List<DeleteFile> removedDeletes = new ArrayList<>();
        for (FileScanTask file : Workbench.plan(Scan.of(table.table(), (Long) head.snapshotId()))) {
            removed.add(file.file());
            file.deletes().stream().filter(ContentFileUtil::isFileScoped).forEach(removedDeletes::add);
        }
        return new RowChanges(added, removed, addedDeletes, removedDeletes);
    }

    /** @return the last cut that holds nothing of after the moment */
    private long lastBefore(Cut moment) {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table.changes())) {
            Cut cut = Cut.of(snapshot.summary()).orElse(Cut.NONE);
            if (cut.number() > 0 && cut.lsn() <= moment.lsn()) {
                return cut.number();
            }
        }
        return 0;
    }

    /** The last change of each row. @return false when the table was truncated */
    private boolean readLog(Statement statement, long after, long upTo) throws SQLException {
        Scan scan = Scan.of(
                        table.changes(),
                        table.changes().currentSnapshot() == null
                                ? null
                                : (Long) table.changes().currentSnapshot().snapshotId())
                .where(Expressions.greaterThan("_cut", after));
        String key = Sql.identifiers(table.key().stream().map(NestedField::name).toList());
        try (TableView view = workbench.view(connection, LOG, scan)) {
            String between = "_cut > %d AND _cut <= %d".formatted(after, upTo);
            statement.execute("""
                    CREATE OR REPLACE TEMP TABLE %s AS
                    SELECT * FROM %s WHERE %s AND _op <> 't'
                    QUALIFY row_number() OVER (PARTITION BY %s ORDER BY _cut DESC, _partition DESC, _offset DESC) = 1""".formatted(Sql.identifier(CHANGED), Sql.identifier(view.name()), between, key));
            try (ResultSet row = statement.executeQuery(
                    "SELECT count(*) FROM %s WHERE %s AND _op = 't'".formatted(Sql.identifier(view.name()), between))) {
                row.next();
                return row.getLong(1) == 0;
            }
        }
    }

    private BranchDeletes deletes(Statement statement, Scan completed) throws SQLException {
        List<String> key = table.key().stream().map(NestedField::name).toList();
        List<String> columns = new ArrayList<>(key);
        columns.add(Scan.FILE);
        columns.add(Scan.POSITION);
        BranchDeletes deletes = new BranchDeletes(table.table());
        try (TableView view = workbench.view(connection, ROWS, completed.select(columns))) {
            Map<String, FileScanTask> files = new HashMap<>();
            view.files().forEach(file -> files.put(file.file().location(), file));
            String found = "SELECT %s, %s FROM %s SEMI JOIN %s USING (%s) ORDER BY ALL"
                    .formatted(
                            Sql.identifier(Scan.FILE),
                            Sql.identifier(Scan.POSITION),
                            Sql.identifier(ROWS),
                            Sql.identifier(CHANGED),
                            Sql.identifiers(key));
            try (ResultSet rows = statement.executeQuery(found)) {
                while (rows.next()) {
                    deletes.add(Objects.requireNonNull(files.get(rows.getString(1))), rows.getLong(2));
                }
            }
        }
        return deletes;
    }

    private List<DataFile> later() {
        Table target = table.table();
        String columns = Sql.identifiers(
                target.schema().columns().stream().map(NestedField::name).toList());
        String rows = "(SELECT %s FROM %s WHERE _op <> 'd')".formatted(columns, Sql.identifier(CHANGED));
        return new ParquetOut(target, "seed-" + table.plan().job(), FileSettings.of(target), temporary)
                .writePartitioned(connection, rows, null);
    }
}
