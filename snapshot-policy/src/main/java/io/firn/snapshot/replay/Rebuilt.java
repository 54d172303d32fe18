package io.firn.snapshot.replay;

import io.firn.catalog.ChangeLogColumns;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.DuckTypes;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a table held after a cut, folded anew in DuckDB: the last change of each key since the base, in the
 * order in which the changes arrived, over the rows of the base.
 */
final class Rebuilt implements AutoCloseable {
    private static final String BASE = "firn:replay:base";
    private static final String LOG = "firn:replay:log";
    private static final String ROWS = "firn:replay:rows";

    private final DuckDBConnection connection;
    private final long changes;

    private Rebuilt(DuckDBConnection connection, long changes) {
        this.connection = connection;
        this.changes = changes;
    }

    /**
     * Folds.
     *
     * @param schema the columns that the rows are to have
     * @param rows which rows, as SQL over columns of the key; {@code true} for all
     */
    static Rebuilt of(Workbench workbench, Table table, Table log, Schema schema, Base base, long cut, String rows) {
        DuckDBConnection connection = workbench.duck().connect();
        Scan changes = Scan.of(log, new AsOf.Head())
                .where(Expressions.and(
                        Expressions.greaterThan(ChangeLogColumns.CUT, base.cut()),
                        Expressions.lessThanOrEqual(ChangeLogColumns.CUT, cut)));
        @Nullable
        Long from = base.snapshot() == null ? null : (Long) base.snapshot().snapshotId();
        try (Statement statement = connection.createStatement();
                TableView logged = workbench.view(connection, LOG, changes);
                TableView before =
                        workbench.view(connection, BASE, Scan.of(table, from).as(schema))) {
            String where = "_cut > %d AND _cut <= %d AND (_op = 't' OR %s)".formatted(base.cut(), cut, rows);
            statement.execute(sql(schema, keyOf(table), log.schema(), logged.name(), before.name(), where, rows));
            return new Rebuilt(connection, count(statement, logged.name(), where));
        } catch (SQLException e) {
            close(connection);
            throw DuckFailures.translate("folding the changes of " + table.name(), e);
        } catch (RuntimeException e) {
            close(connection);
            throw e;
        }
    }

    static List<String> keyOf(Table table) {
        return table.schema().identifierFieldNames().stream().sorted().toList();
    }

    private static long count(Statement statement, String log, String where) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("SELECT count(*) FROM %s WHERE %s".formatted(Sql.identifier(log), where))) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String sql(
            Schema schema, List<String> key, Schema log, String logged, String before, String where, String rows) {
        List<String> names = schema.columns().stream().map(NestedField::name).toList();
        String columns = Sql.identifiers(names);
        String fromLog = schema.columns().stream()
                .map(column -> log.findField(column.name()) == null
                        ? "CAST(NULL AS %s) AS %s".formatted(DuckTypes.of(column.type()), Sql.identifier(column.name()))
                        : Sql.identifier(column.name()))
                .collect(Collectors.joining(", "));
        String keys = Sql.identifiers(key);
        String sameKey = key.stream()
                .map(name -> "b.%1$s = f.%1$s".formatted(Sql.identifier(name)))
                .collect(Collectors.joining(" AND "));
        return """
                CREATE OR REPLACE TEMP TABLE %1$s AS
                WITH changes AS (SELECT %2$s, _op, _cut, _partition, _offset FROM %3$s WHERE %4$s),
                  emptied AS (SELECT max((_cut, _partition, _offset)) AS emptied_at FROM changes WHERE _op = 't'),
                  folded AS (
                    SELECT * FROM changes, emptied
                    WHERE _op <> 't' AND (emptied_at IS NULL OR (_cut, _partition, _offset) > emptied_at)
                    QUALIFY row_number() OVER (PARTITION BY %5$s ORDER BY _cut DESC, _partition DESC, _offset DESC) = 1)
                SELECT %6$s FROM folded WHERE _op <> 'd'
                UNION ALL
                SELECT %6$s FROM %7$s b
                WHERE %9$s AND (SELECT emptied_at FROM emptied) IS NULL
                  AND NOT EXISTS (SELECT 1 FROM folded f WHERE %8$s)
                """.formatted(
                        Sql.identifier(ROWS),
                        fromLog,
                        Sql.identifier(logged),
                        where,
                        keys,
                        columns,
                        Sql.identifier(before),
                        sameKey,
                        rows);
    }

    DuckDBConnection connection() {
        return connection;
    }

    /** The rows, as SQL may name them. */
    String relation() {
        return Sql.identifier(ROWS);
    }

    /** How many changes were folded. */
    long changes() {
        return changes;
    }

    private static void close(DuckDBConnection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw DuckFailures.translate("closing a connection", e);
        }
    }

    @Override
    public void close() {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + relation());
        } catch (SQLException e) {
            throw DuckFailures.translate("dropping a table", e);
        } finally {
            close(connection);
        }
    }
}
