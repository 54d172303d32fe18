package io.firn.engine.debezium;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;

/**
 * A replication slot with the snapshot that PostgreSQL exports when it is made: the snapshot holds exactly the
 * transactions that the slot will not send. It lasts until this is closed.
 */
final class SlotSnapshot implements AutoCloseable {
    private final Connection connection;
    private final long lsn;
    private final String name;

    private SlotSnapshot(Connection connection, long lsn, String name) {
        this.connection = connection;
        this.lsn = lsn;
        this.name = name;
    }

    /** How long the slot lasts. */
    enum Slot {
        /** Until somebody drops it. */
        KEPT,
        /** As long as the snapshot. */
        TEMPORARY
    }

    /** Waits for the transactions that are open now. */
    static SlotSnapshot make(Database database, String slot, Slot kind) throws SQLException {
        Connection connection = database.open(properties -> {
            PGProperty.REPLICATION.set(properties, "database");
            PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
            PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
            PGProperty.SOCKET_TIMEOUT.set(properties, 0);
        });
        String sql = "CREATE_REPLICATION_SLOT %s %s LOGICAL pgoutput"
                .formatted(Database.identifier(slot), kind == Slot.TEMPORARY ? "TEMPORARY" : "");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            long lsn =
                    LogSequenceNumber.valueOf(row.getString("consistent_point")).asLong();
            return new SlotSnapshot(connection, lsn, row.getString("snapshot_name"));
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** @return everything that was committed before this place is in the snapshot, and nothing else */
    long lsn() {
        return lsn;
    }

    /** @return the name for SET TRANSACTION SNAPSHOT */
    String name() {
        return name;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
