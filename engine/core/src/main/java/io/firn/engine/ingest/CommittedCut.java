package io.firn.engine.ingest;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.FirnException;
import io.firn.engine.buffer.CutRows;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.iceberg.Schema;
import org.duckdb.DuckDBConnection;

/**
 * One table's changes of a cut that is in the lake, still in the writer's DuckDB database. They are dropped when the
 * writer goes on, unless somebody {@linkplain #keep keeps} them.
 *
 * @param table its name in the lake
 * @param identity tells the current table from another of the same name
 * @param after the number of the cut that the change log held before this one
 * @param logged of the commit to the change log
 * @param schema of the change log, as the cut was written with it
 * @param rows of the cut, in arrival order
 * @param select makes of the name of a table with these rows a query of the columns and values that the change log has
 */
public record CommittedCut(
        String table,
        String identity,
        long after,
        CommitReceipt logged,
        Schema schema,
        CutRows rows,
        UnaryOperator<String> select) {

    /** @return the cut's number */
    public long number() {
        return logged.cut().number();
    }

    /**
     * Takes the rows out of the writer's hands; only the thread that offers them may call this. Whoever keeps them
     * {@linkplain #drop drops} them.
     *
     * @return the same cut, under a name that no later writer gives
     */
    public CommittedCut keep() {
        CutRows kept = new CutRows(
                rows.connection(), "kept:" + table + ":" + UUID.randomUUID(), rows.count(), rows.incomplete());
        execute(rows.connection(), "ALTER TABLE %s RENAME TO %s".formatted(rows.relation(), kept.relation()));
        return new CommittedCut(table, identity, after, logged, schema, kept, select);
    }

    /** @return a query of the rows, with the columns and values that the change log has */
    public String query() {
        return select.apply(rows.relation());
    }

    /**
     * Drops rows that were kept.
     *
     * @param connection one of the same database, used by nobody else meanwhile
     */
    public void drop(DuckDBConnection connection) {
        execute(connection, "DROP TABLE IF EXISTS " + rows.relation());
    }

    private void execute(DuckDBConnection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw FirnException.internal(
                    "the rows of cut %d of %s could not be kept or dropped".formatted(number(), table), e);
        }
    }
}
