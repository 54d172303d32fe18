package io.firn.engine.redis;

import io.firn.workbench.DuckFailures;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Rows of the lake's tables as something DuckDB can select from, a portion at a time. */
final class LakeRows {
    private static final String VIEW = "firn_rows";
    private static final long PORTION_BYTES = 2L << 30;

    private final Workbench workbench;

    LakeRows(Workbench workbench) {
        this.workbench = workbench;
    }

    /** Returns the files of a table at a snapshot, in portions that a local cache can hold. */
    static List<List<FileScanTask>> portions(Table table, @Nullable Snapshot snapshot) {
        List<List<FileScanTask>> portions = new ArrayList<>();
        List<FileScanTask> portion = new ArrayList<>();
        long bytes = 0;
        for (FileScanTask file : Workbench.plan(Scan.of(table, id(snapshot)))) {
            if (!portion.isEmpty() && bytes + file.length() > PORTION_BYTES) {
                portions.add(portion);
                portion = new ArrayList<>();
                bytes = 0;
            }
            portion.add(file);
            bytes += file.length();
        }
        if (!portion.isEmpty()) {
            portions.add(portion);
        }
        return portions;
    }

    /** Returns the rows of some of a table's files at a snapshot, with the columns that the table has now. */
    Relation open(Table table, @Nullable Snapshot snapshot, List<FileScanTask> files) {
        DuckDBConnection connection = connect();
        try {
            return new Relation(connection, view(connection, table, snapshot, files));
        } catch (RuntimeException e) {
            close(connection);
            throw e;
        }
    }

    /** Returns a connection that the caller closes. */
    DuckDBConnection connect() {
        return workbench.duck().connect();
    }

    /** Returns the same rows on a connection that has no other view of this class. */
    TableView view(DuckDBConnection connection, Table table, @Nullable Snapshot snapshot, List<FileScanTask> files) {
        return workbench.view(connection, VIEW, Scan.of(table, id(snapshot)).as(table.schema()), files);
    }

    private static @Nullable Long id(@Nullable Snapshot snapshot) {
        return snapshot == null ? null : (Long) snapshot.snapshotId();
    }

    private static void close(DuckDBConnection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw DuckFailures.translate("closing a connection", e);
        }
    }

    /** Rows, and the only connection that sees them. */
    static final class Relation implements AutoCloseable {
        private final DuckDBConnection connection;
        private final TableView view;

        Relation(DuckDBConnection connection, TableView view) {
            this.connection = connection;
            this.view = view;
        }

        DuckDBConnection connection() {
            return connection;
        }

        /** Returns what may follow FROM. */
        String sql() {
            return Sql.identifier(view.name());
        }

        @Override
        public void close() {
            view.close();
            LakeRows.close(connection);
        }
    }
}
