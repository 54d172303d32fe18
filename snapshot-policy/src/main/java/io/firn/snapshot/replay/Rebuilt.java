package io.firn.snapshot.replay;

import io.firn.catalog.ChangeLogColumns;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
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
        try (TableView logged = workbench.view(connection, LOG, changes);
                TableView before =
                        workbench.view(connection, BASE, Scan.of(table, from).as(schema))) {
            String cuts = "_cut > %d AND _cut <= %d".formatted(base.cut(), cut);
            LogFold.Views views = new LogFold.Views(logged.name(), log.schema(), before.name());
            LogFold fold = new LogFold(connection, views, schema, keyOf(table), ROWS);
            return new Rebuilt(connection, fold.run(cuts, rows).changes());
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
