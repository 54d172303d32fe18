package io.firn.dq.result;

import io.firn.catalog.Lake;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** {@code firn_dq_results}: what every check found, in a table of the lake that only grows. */
public final class ResultTable {
    /** The table's name in the lake. */
    public static final String NAME = "firn_dq_results";

    private static final String STAGE = "firn:results";
    private static final String VIEW = "firn:results:found";
    /** A run writes one small file; so many are joined into one. */
    private static final int MOST_SMALL_FILES = 64;

    private static final long SMALL_BYTES = 8 << 20;

    private final Lake lake;
    private final Workbench workbench;
    private final int mostSmallFiles;

    /** The table is made when the first result is appended. */
    public ResultTable(Lake lake, Workbench workbench) {
        this(lake, workbench, MOST_SMALL_FILES);
    }

    ResultTable(Lake lake, Workbench workbench, int mostSmallFiles) {
        this.lake = lake;
        this.workbench = workbench;
        this.mostSmallFiles = mostSmallFiles;
    }

    /** Appends the results of a run in one commit. */
    public void append(List<Result> results) {
        if (results.isEmpty()) {
            return;
        }
        Table table = ResultSchema.openOrMake(lake);
        try (DuckDBConnection connection = workbench.duck().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TEMP TABLE %s (%s)".formatted(stage(), ResultSchema.DUCKDB));
            ResultRows.append(connection, STAGE, results);
            var append = table.newAppend();
            out(table).write(connection, "SELECT * FROM " + stage()).ifPresent(append::appendFile);
            append.commit();
            statement.execute("DROP TABLE " + stage());
            join(table, connection);
        } catch (SQLException e) {
            throw DuckFailures.translate("writing " + NAME, e);
        }
    }

    private static String stage() {
        return Sql.identifier(STAGE);
    }

    private ParquetOut out(Table table) {
        return new ParquetOut(
                table,
                "results-" + UUID.randomUUID(),
                FileSettings.of(table),
                workbench.duck().config().tempDirectory());
    }

    /** Another process that does the same at the same time is left to it. */
    private void join(Table table, DuckDBConnection connection) throws SQLException {
        table.refresh();
        Snapshot head = table.currentSnapshot();
        Scan scan = Scan.of(table, head.snapshotId());
        List<FileScanTask> small = Workbench.plan(scan).stream()
                .filter(file -> file.file().fileSizeInBytes() < SMALL_BYTES)
                .toList();
        if (small.size() < mostSmallFiles) {
            return;
        }
        Set<DataFile> before = new LinkedHashSet<>();
        small.forEach(file -> before.add(file.file()));
        try (TableView view = workbench.view(connection, VIEW, scan, small)) {
            List<DataFile> after = out(table)
                    .write(connection, "SELECT * FROM %s ORDER BY checked_at".formatted(Sql.identifier(view.name())))
                    .stream()
                    .toList();
            RewriteFiles rewrite = table.newRewrite().validateFromSnapshot(head.snapshotId());
            before.forEach(rewrite::deleteFile);
            after.forEach(rewrite::addFile);
            rewrite.commit();
        } catch (CommitFailedException | ValidationException e) {
            table.refresh();
        }
    }

    /** Returns each expectation's last result about a moment of this kind, of checks since a time. */
    public List<Result> latest(Moment moment, Instant since) {
        return find(
                since,
                "moment = " + Sql.literal(moment.text())
                        + " QUALIFY row_number() OVER (PARTITION BY table_name, expectation ORDER BY checked_at DESC, run_id) = 1");
    }

    /**
     * Returns the last result of each expectation that held with nothing waiting, of checks since a time.
     *
     * @param upToCut results about later cuts are left out
     */
    public List<Result> latestHeld(Instant since, long upToCut) {
        return find(
                since,
                "verdict = 'held' AND cut <= " + upToCut
                        + " QUALIFY row_number() OVER (PARTITION BY table_name, expectation ORDER BY cut DESC, checked_at DESC) = 1");
    }

    /** Returns every result of checks in a time before now, oldest first. */
    public List<Result> within(Duration time, Instant now) {
        return find(now.minus(time), "true ORDER BY checked_at, table_name, expectation");
    }

    private List<Result> find(Instant since, String condition) {
        @Nullable Table table = lake.find(NAME).orElse(null);
        if (table == null || table.currentSnapshot() == null) {
            return List.of();
        }
        Scan scan = Scan.of(table, table.currentSnapshot().snapshotId())
                .where(Expressions.greaterThanOrEqual("checked_at", since.toString()));
        try (DuckDBConnection connection = workbench.duck().connect();
                TableView view = workbench.view(connection, VIEW, scan);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM %s WHERE checked_at >= %s AND %s"
                        .formatted(
                                Sql.identifier(view.name()),
                                "TIMESTAMPTZ " + Sql.literal(since.toString()),
                                condition))) {
            List<Result> found = new ArrayList<>();
            while (rows.next()) {
                found.add(ResultRows.read(rows));
            }
            return found;
        } catch (SQLException e) {
            throw DuckFailures.translate("reading " + NAME, e);
        }
    }
}
