package io.firn.dq.expect;

import io.firn.workbench.DuckFailures;
import io.firn.workbench.Scan;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Where measuring happens: a connection to DuckDB, and what a run knows. */
final class Probe implements AutoCloseable {
    /** What stands in the place of a sensitive value. */
    static final String MASK = "***";

    /** Rows shown of those that break a rule. */
    static final int SAMPLE_ROWS = 10;

    private final Workbench workbench;
    private final DuckDBConnection connection;
    private final Run run;
    private final Map<String, CheckedTable> tables;
    private final History history;
    private final @Nullable SourceAccess source;
    private final KeyHints hints;

    Probe(
            Workbench workbench,
            Run run,
            Map<String, CheckedTable> tables,
            History history,
            @Nullable SourceAccess source,
            KeyHints hints) {
        this.workbench = workbench;
        this.connection = workbench.duck().connect();
        this.run = run;
        this.tables = tables;
        this.history = history;
        this.source = source;
        this.hints = hints;
    }

    Workbench workbench() {
        return workbench;
    }

    Run run() {
        return run;
    }

    Map<String, CheckedTable> tables() {
        return tables;
    }

    History history() {
        return history;
    }

    @Nullable
    SourceAccess source() {
        return source;
    }

    KeyHints hints() {
        return hints;
    }

    /** Makes a temporary table of the ids of keys that are known to be there. */
    void found(String table, String keys, String id, KeyHints.Known known) {
        List<Long> found = new ArrayList<>();
        known.find(connection, keys, id, found::add);
        String name = table.substring(1, table.length() - 1);
        execute("CREATE OR REPLACE TEMP TABLE %s (id BIGINT)".formatted(table));
        try (DuckDBAppender row = connection.createAppender("temp", "main", name)) {
            for (long each : found) {
                row.beginRow().append(each).endRow();
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    TableView view(String name, Scan scan, List<FileScanTask> files) {
        return workbench.view(connection, name, scan, files);
    }

    TableView view(String name, Scan scan) {
        return workbench.view(connection, name, scan);
    }

    void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Returns the numbers of a query's only row; null where it has none. */
    List<@Nullable Double> numbers(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<@Nullable Double> numbers = new ArrayList<>();
            if (row.next()) {
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    double number = row.getDouble(i);
                    numbers.add(row.wasNull() ? null : (Double) number);
                }
            }
            return numbers;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Returns the whole numbers of a query's only row. */
    List<Long> counts(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<Long> counts = new ArrayList<>();
            row.next();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                counts.add(row.getLong(i));
            }
            return counts;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    long count(String sql) {
        return counts(sql).get(0);
    }

    /** Returns the first column of a query's rows. */
    List<@Nullable Object> values(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<@Nullable Object> values = new ArrayList<>();
            while (row.next()) {
                values.add(row.getObject(1));
            }
            return values;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /**
     * Returns the first rows of a query, column by column.
     *
     * @param sensitive columns whose values are not shown
     */
    List<Map<String, String>> sample(String sql, Set<String> sensitive) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM (%s) LIMIT %d".formatted(sql, SAMPLE_ROWS))) {
            List<Map<String, String>> sample = new ArrayList<>();
            while (rows.next()) {
                sample.add(shown(rows, sensitive));
            }
            return sample;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static Map<String, String> shown(ResultSet row, Set<String> sensitive) throws SQLException {
        ResultSetMetaData columns = row.getMetaData();
        Map<String, String> shown = new LinkedHashMap<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            String name = columns.getColumnLabel(i);
            shown.put(name, sensitive.contains(name) ? MASK : String.valueOf(row.getString(i)));
        }
        return shown;
    }

    private static RuntimeException failure(SQLException e) {
        return DuckFailures.translate("checking", e);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw DuckFailures.translate("closing DuckDB", e);
        }
    }
}
