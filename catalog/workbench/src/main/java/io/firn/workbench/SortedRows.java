package io.firn.workbench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.apache.iceberg.StructLike;
import org.jspecify.annotations.Nullable;

/** The rows of a query for {@link RowBytes}, of which never more than a few chunks are in memory. */
final class SortedRows implements AutoCloseable {
    private final RowBytes bytes;
    private final Statement statement;
    private final ResultSet rows;
    private @Nullable StructLike row;

    /** @param connection nothing else may run on it until this is closed */
    SortedRows(Connection connection, RowBytes bytes, String query) throws SQLException {
        this.bytes = bytes;
        this.statement = connection.createStatement();
        statement.execute("SET jdbc_stream_results = true");
        this.rows = statement.executeQuery(query);
        advance();
    }

    /** Returns the row that is next; null when there is none. */
    @Nullable
    StructLike row() {
        return row;
    }

    /** Goes to the next row. */
    void advance() throws SQLException {
        row = rows.next() ? bytes.read(Objects.requireNonNull(rows.getBytes(1))) : null;
    }

    @Override
    public void close() throws SQLException {
        try (statement) {
            rows.close();
            statement.execute("SET jdbc_stream_results = false");
        }
    }
}
