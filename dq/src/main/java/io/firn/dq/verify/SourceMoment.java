package io.firn.dq.verify;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.PostgresSchemas;
import io.firn.catalog.SourceTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * One moment of PostgreSQL that all statements see: the transaction the connection is in already, or one begun for the
 * purpose. Sets what the text of dates, times and intervals depends on, for the transaction.
 */
final class SourceMoment implements AutoCloseable {
    private final Connection connection;
    private final boolean own;

    private SourceMoment(Connection connection, boolean own) {
        this.connection = connection;
        this.own = own;
    }

    /** What PostgreSQL reports, as the product's own failure. */
    static FirnException failure(SQLException e) {
        return new FirnException(ErrorCode.SOURCE_UNAVAILABLE, "reading the source failed: " + e.getMessage(), e);
    }

    static SourceMoment of(Connection connection) {
        try {
            SourceMoment moment = new SourceMoment(connection, connection.getAutoCommit());
            try (Statement statement = connection.createStatement()) {
                moment.begin(statement);
                return moment;
            } catch (SQLException | RuntimeException e) {
                moment.close();
                throw e;
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private void begin(Statement statement) throws SQLException {
        if (own) {
            connection.setAutoCommit(false);
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
        }
        requireUtf8(statement);
        statement.execute("SET LOCAL timezone = 'UTC'");
        statement.execute("SET LOCAL datestyle = 'ISO'");
        statement.execute("SET LOCAL intervalstyle = 'postgres'");
    }

    SourceTable table(String name) {
        try {
            return PostgresSchemas.read(connection, name)
                    .orElseThrow(() ->
                            new FirnException(ErrorCode.TABLE_NOT_FOUND, "the source has no table %s".formatted(name)));
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Returns which transactions the moment sees. */
    Visibility visibility() {
        return Visibility.parse(text("SELECT CAST(txid_current_snapshot() AS text)"));
    }

    /** Returns a place in PostgreSQL's log that every transaction the moment sees was committed before. */
    long end() {
        return Long.parseLong(text("SELECT CAST(pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS text)"));
    }

    private String text(String query) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static void requireUtf8(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW server_encoding")) {
            row.next();
            if (!row.getString(1).equals("UTF8")) {
                throw new FirnException(
                        ErrorCode.SOURCE_MISCONFIGURED,
                        "the source's encoding is %s, but digests can only be compared for UTF8"
                                .formatted(row.getString(1)));
            }
        }
    }

    @Override
    public void close() {
        try {
            if (own && !connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }
}
