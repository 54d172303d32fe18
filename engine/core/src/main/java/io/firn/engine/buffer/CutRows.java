package io.firn.engine.buffer;

import io.firn.catalog.FirnException;
import io.firn.workbench.Sql;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBConnection;

/**
 * One table's part of a cut: a DuckDB table with {@link BufferColumns}, dropped on close.
 *
 * @param table its unquoted name
 * @param count how many changes it holds
 * @param incomplete at least as many of them as lack a value that the source left out
 */
public record CutRows(DuckDBConnection connection, String table, long count, long incomplete) implements AutoCloseable {
    /** @return the table as SQL may name it */
    public String relation() {
        return Sql.identifier(table);
    }

    @Override
    public void close() {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + relation());
        } catch (SQLException e) {
            throw FirnException.internal("the rows of a cut could not be dropped", e);
        }
    }
}
