package io.firn.engine.ingest;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.FirnException;
import io.firn.engine.buffer.CutRows;
import io.firn.workbench.FileStage;
import io.firn.workbench.FileStage.Staged;
import io.firn.workbench.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;

/** Reads cuts back from a change log, in the form in which the buffer would have given them. */
final class LogReader {
    private final Table log;
    private final List<NestedField> columns;
    private final DuckDBConnection connection;
    private final FileStage stage;

    /** @param columns of the current table, in the order of the buffer */
    LogReader(Table log, List<NestedField> columns, DuckDBConnection connection, FileStage stage) {
        this.log = log;
        this.columns = columns;
        this.connection = connection;
        this.stage = stage;
    }

    /** @return the changes of the cuts after {@code after}, up to and with {@code upTo} */
    CutRows read(String table, long after, long upTo) {
        String name = "recovered:" + table + ":" + upTo;
        List<DataFile> files = files(after, upTo);
        try (Staged staged = stage.stage(log.io(), files);
                Statement statement = connection.createStatement()) {
            List<String> paths =
                    files.stream().map(file -> staged.path(file.location())).toList();
            if (files.isEmpty()) {
                statement.execute("CREATE OR REPLACE TABLE %s (op VARCHAR)".formatted(Sql.identifier(name)));
                return new CutRows(connection, name, 0, 0);
            }
            statement.execute(
                    "CREATE OR REPLACE TABLE %s AS %s FROM read_parquet([%s], union_by_name = true) WHERE _cut > %d AND _cut <= %d ORDER BY _cut, _partition, _offset"
                            .formatted(Sql.identifier(name), select(), Sql.literals(paths), after, upTo));
            return new CutRows(connection, name, count(statement, name), 0);
        } catch (SQLException e) {
            throw FirnException.internal("the change log of " + table + " could not be read", e);
        }
    }

    private static long count(Statement statement, String name) throws SQLException {
        try (var row = statement.executeQuery("SELECT count(*) FROM " + Sql.identifier(name))) {
            row.next();
            return row.getLong(1);
        }
    }

    private String select() {
        String before = IntStream.range(0, columns.size())
                .mapToObj(i -> "_before.%s AS b%d"
                        .formatted(Sql.identifier(columns.get(i).name()), i))
                .collect(Collectors.joining(", "));
        String after = IntStream.range(0, columns.size())
                .mapToObj(
                        i -> "%s AS a%d".formatted(Sql.identifier(columns.get(i).name()), i))
                .collect(Collectors.joining(", "));
        return "SELECT %s, %s, _op AS op, _lsn AS lsn, _tx_id AS tx, _tx_order AS ord, _source_ts AS ts, _before IS NOT NULL AS has_before, NULL::VARCHAR[] AS unavailable, _partition AS part, _offset AS off"
                .formatted(before, after);
    }

    private List<DataFile> files(long after, long upTo) {
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = log.newScan()
                .filter(Expressions.and(
                        Expressions.greaterThan(ChangeLogColumns.CUT, after),
                        Expressions.lessThanOrEqual(ChangeLogColumns.CUT, upTo)))
                .planFiles()) {
            tasks.forEach(task -> files.add(task.file()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }
}
