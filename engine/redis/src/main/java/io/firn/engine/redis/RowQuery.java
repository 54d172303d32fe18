package io.firn.engine.redis;

import io.firn.workbench.DuckFailures;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows of one DuckDB query, of which never more than a few chunks are in memory. */
final class RowQuery implements AutoCloseable {
    private final String doing;
    private final Statement statement;
    private final ResultSet rows;

    /**
     * Runs the query.
     *
     * @param connection nothing else may run on it until this is closed
     * @param doing what the rows are for, in messages
     */
    RowQuery(Connection connection, String sql, String doing) {
        this.doing = doing;
        try {
            statement = connection.createStatement();
            statement.execute("SET jdbc_stream_results = true");
            rows = statement.executeQuery(sql);
        } catch (SQLException e) {
            throw DuckFailures.translate(doing, e);
        }
    }

    boolean next() {
        try {
            return rows.next();
        } catch (SQLException e) {
            throw DuckFailures.translate(doing, e);
        }
    }

    /** @param column from 1; not null */
    long number(int column) {
        try {
            return rows.getLong(column);
        } catch (SQLException e) {
            throw DuckFailures.translate(doing, e);
        }
    }

    /** @param column from 1; not null */
    String text(int column) {
        try {
            return Objects.requireNonNull(rows.getString(column), doing);
        } catch (SQLException e) {
            throw DuckFailures.translate(doing, e);
        }
    }

    /** @param column from 1, a BLOB; null where it is null */
    byte @Nullable [] bytes(int column) {
        try {
            return rows.getBytes(column);
        } catch (SQLException e) {
            throw DuckFailures.translate(doing, e);
        }
    }

    /** @param first the column of the key; those of the values and, if there are {@code links}, of these follow */
    WritableRow writable(int first, Links links) {
        byte[] key = Objects.requireNonNull(bytes(first), doing);
        byte[] values = Objects.requireNonNull(bytes(first + 1), doing);
        return links.isEmpty()
                ? WritableRow.alone(key, values)
                : new WritableRow(
                        key, values, (int) number(first + 2), Objects.requireNonNull(bytes(first + 3), doing));
    }

    @Override
    public void close() {
        try (statement) {
            rows.close();
        } catch (SQLException e) {
            throw DuckFailures.translate(doing, e);
        }
    }
}
