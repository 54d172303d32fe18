package io.firn.engine.seed;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.RowChanges;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
 * Gives a table that is in use the rows that were read for it, as of the table's own cut: what the change log has after
 * the rows' moment comes on top. A cut that holds transactions of before and after the moment is taken as a whole, for
 * the last change of a row before the moment made it what was read.
 */
final class Replacement {
    private static final String LOG = "firn:seed:log";
    private static final String ROWS = "firn:seed:rows";
    private static final String CHANGED = "firn:seed:changed";

    private final Workbench workbench;
    private final DuckDBConnection connection;
    private final TableSeed table;
    private final Path temporary;

    Replacement(Workbench workbench, DuckDBConnection connection, TableSeed table, Path temporary) {
        this.workbench = workbench;
        this.connection = connection;
        this.table = table;
        this.temporary = temporary;
    }

    /**
     * Computes what the table's commit has to do.
     *
     * @param head the table's current snapshot
     * @param moment of the rows
     * @return empty when all rows were deleted after the moment, so that they have to be read again
     */
    Optional<RowChanges> changes(Snapshot head, Cut moment) {
        long upTo = CutProperties.appliedAt(table.table(), head).number();
        long after = lastBefore(moment);
        Scan completed =
                Scan.of(table.table(), Objects.requireNonNull(table.branch().completedSnapshot()));
        try (Statement statement = connection.createStatement()) {
            if (!readLog(statement, after, upTo)) {
                return Optional.empty();
            }
            BranchDeletes deletes = deletes(statement, completed);
            List<DataFile> added = new ArrayList<>();
            List<DeleteFile> addedDeletes = new ArrayList<>(deletes.write());
            for (FileScanTask file : Workbench.plan(completed)) {
                added.add(file.file());
                if (!deletes.has(file.file())) {
                    addedDeletes.addAll(file.deletes());
                }
            }
            added.addAll(later());
            statement.execute("DROP TABLE " + Sql.identifier(CHANGED));
            return Optional.of(exchange(head, added, addedDeletes));
        } catch (SQLException e) {
            throw DuckFailures.translate("bringing the rows of " + table.name() + " up to its cut", e);
        }
    }

    private RowChanges exchange(Snapshot head, List<DataFile> added, List<DeleteFile> addedDeletes) {
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
