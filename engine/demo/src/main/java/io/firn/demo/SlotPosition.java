package io.firn.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.replication.LogSequenceNumber;

/** How far PostgreSQL has written its log, and how far the reader of a replication slot has confirmed it. */
final class SlotPosition implements AutoCloseable {
    private final Connection connection;
    private final String slot;

    private SlotPosition(Connection connection, String slot) {
        this.connection = connection;
        this.slot = slot;
    }

    static SlotPosition open(ConnectorSettings settings) throws SQLException {
        return new SlotPosition(DriverManager.getConnection(settings.jdbcUrl()), settings.slot());
    }

    LogSequenceNumber written() throws SQLException {
        return position("SELECT pg_current_wal_lsn()");
    }

    /** The lowest of all positions while the slot does not exist yet. */
    LogSequenceNumber confirmed() throws SQLException {
        return position("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = ?", slot);
    }

    /**
     * Commits a transaction that changes nothing. What PostgreSQL writes for itself, such as a checkpoint, is sent to
     * no reader of the slot, so that none confirms it before the next transaction.
     */
    void nudge() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE nudge () ON COMMIT DROP");
        }
    }

    private LogSequenceNumber position(String query, String... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            ResultSet result = statement.executeQuery();
            String text = result.next() ? result.getString(1) : null;
            return text == null ? LogSequenceNumber.INVALID_LSN : LogSequenceNumber.valueOf(text);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
