package io.firn.engine.buffer;

import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBConnection;

/**
 * The transaction that batches of changes share. What a transaction inserts is copied once more when it ends, unless it
 * fills a row group: then DuckDB takes it into the table as it is.
 */
final class BufferTransaction {
    /** A row group of DuckDB's tables. */
    private static final int ENOUGH_ROWS = 122_880;

    private final DuckDBConnection connection;
    private boolean isOpen;
    private long rows;

    BufferTransaction(DuckDBConnection connection) {
        this.connection = connection;
    }

    /** Counts a row, in the transaction that is open or in a new one. */
    void add() throws SQLException {
        if (!isOpen) {
            execute("BEGIN TRANSACTION");
            isOpen = true;
        }
        rows++;
    }

    /** @return whether it costs nothing to end it now */
    boolean isFull() {
        return rows >= ENOUGH_ROWS;
    }

    /** Lets other connections see the rows. */
    void commit() throws SQLException {
        if (isOpen) {
            end("COMMIT");
        }
    }

    /** Lets go of the rows, after a failure that DuckDB remembers until the transaction ends. */
    void abandon() throws SQLException {
        if (isOpen) {
            end("ROLLBACK");
        }
    }

    private void end(String how) throws SQLException {
        isOpen = false;
        rows = 0;
        execute(how);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
