package io.firn.engine.ingest;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.FirnException;
import io.firn.engine.buffer.CutRows;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;

/**
 * Reads cuts back from a change log, in the form in which the buffer would have given them. Columns are found by their
 * ids, for the log's older files may not have them, or under other names.
 */
final class LogReader {
    private final Table log;
    private final List<NestedField> columns;
    private final DuckDBConnection connection;
    private final Workbench workbench;

    /** @param columns of the current table, in the order of the buffer */
    LogReader(Table log, List<NestedField> columns, DuckDBConnection connection, Workbench workbench) {
        this.log = log;
        this.columns = columns;
        this.connection = connection;
        this.workbench = workbench;
    }

    /** @return the changes of the cuts after {@code after}, up to and with {@code upTo} */
    CutRows read(String table, long after, long upTo) {
        String name = "recovered:" + table + ":" + upTo;
        try (Statement statement = connection.createStatement();
                TableView view = workbench.view(connection, "log:" + table, scan(after, upTo))) {
            statement.execute(
                    "CREATE OR REPLACE TABLE %s AS %s FROM %s WHERE _cut > %d AND _cut <= %d ORDER BY _cut, _partition, _offset"
                            .formatted(Sql.identifier(name), select(), Sql.identifier(view.name()), after, upTo));
            return new CutRows(connection, name, count(statement, name), 0);
        } catch (SQLException e) {
            throw FirnException.internal("the change log of " + table + " could not be read", e);
        }
    }

    private Scan scan(long after, long upTo) {
        Snapshot head = log.currentSnapshot();
        return Scan.of(log, head == null ? null : (Long) head.snapshotId())
                .where(Expressions.and(
                        Expressions.greaterThan(ChangeLogColumns.CUT, after),
                        Expressions.lessThanOrEqual(ChangeLogColumns.CUT, upTo)));
    }

    private static long count(Statement statement, String name) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT count(*) FROM " + Sql.identifier(name))) {
            row.next();
            return row.getLong(1);
        }
    }

    private String select() {
        return "SELECT %s, %s, _op AS op, _lsn AS lsn, _tx_id AS tx, _tx_order AS ord, _source_ts AS ts, _before IS NOT NULL AS has_before, NULL::VARCHAR[] AS unavailable, _partition AS part, _offset AS off"
                .formatted(perColumn("_before.%s AS b%d"), perColumn("%s AS a%d"));
    }

    private String perColumn(String template) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> template.formatted(Sql.identifier(columns.get(i).name()), i))
                .collect(Collectors.joining(", "));
    }
}
