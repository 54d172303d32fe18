package io.firn.engine.debezium;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.engine.seed.SeedSource.Changes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.postgresql.replication.LogSequenceNumber;

/**
 * A replication slot of its own from which only keys are read. It keeps no more of PostgreSQL's log than what was
 * written since the last look, and none of the rows that vacuum would remove.
 */
final class ChangeNotes implements AutoCloseable {
    private static final int FETCHED_ROWS = 10_000;
    /** A look ends after the transaction in which so many messages are reached. */
    private static final int MESSAGES = 200_000;
    /** Leaves room for endings in the 63 bytes that PostgreSQL's names have. */
    private static final int LONGEST_BEGINNING = 54;
    /** From this version on logical messages are sent where they are asked for. */
    private static final int FIRST_VERSION_WITH_MESSAGES = 140_000;

    private static final String STATE =
            "SELECT CASE WHEN wal_status = 'lost' THEN 'lost' ELSE 'usable' END FROM pg_replication_slots WHERE slot_name = ?";
    private static final String BEACON = "SELECT pg_logical_emit_message(true, 'firn.beacon', '')";

    private final PostgresSettings settings;
    private final Database database;
    /** For what may take long. */
    private final Database reading;

    private final String slot;
    private long lastCommit;
    private long lastCommitMicros;

    ChangeNotes(PostgresSettings settings, Database database) {
        this.settings = settings;
        this.database = database;
        this.reading = new Database(settings);
        this.slot = slotOf(settings);
    }

    static String slotOf(PostgresSettings settings) {
        String slot = settings.slot();
        return slot.substring(0, Math.min(slot.length(), LONGEST_BEGINNING)) + "_seed";
    }

    /** @return whether it is there and has lost nothing */
    boolean isUsable() {
        return database.text(STATE, slot).equals("usable");
    }

    /** Begins anew, with a commit that comes first. */
    void begin() {
        end();
        database.text("SELECT lsn FROM pg_create_logical_replication_slot(?, 'pgoutput')", slot);
        beacon();
    }

    /** Makes sure that there is a commit between what was collected and what comes. */
    void beacon() {
        database.text(BEACON);
    }

    void end() {
        database.text("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ?", slot);
    }

    /**
     * Reports what has changed, and lets PostgreSQL forget it.
     *
     * @param upTo the end; 0 for everything there is
     */
    void collect(Map<String, List<String>> keys, long upTo, Changes changes) {
        while (true) {
            Look look = new Look(changes, upTo);
            reading.fresh(connection -> look(connection, keys, upTo, look));
            changes.keep();
            if (look.last == 0) {
                return;
            }
            lastCommit = look.last;
            lastCommitMicros = look.lastMicros;
            reading.fresh(connection -> advance(connection, look.last));
            if (look.messages < MESSAGES) {
                return;
            }
        }
    }

    private boolean advance(Connection connection, long lsn) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT end_lsn FROM pg_replication_slot_advance(?, ?::pg_lsn)")) {
            statement.setString(1, slot);
            statement.setString(2, PostgresPosition.text(lsn));
            return statement.execute();
        }
    }

    /** @return the place after the last commit that was reported */
    long lastCommit() {
        return lastCommit;
    }

    /** @return its time in microseconds since the epoch */
    long lastCommitMicros() {
        return lastCommitMicros;
    }

    private boolean look(Connection connection, Map<String, List<String>> keys, long upTo, Look look)
            throws SQLException {
        connection.setAutoCommit(false);
        try (Statement sessions = connection.createStatement()) {
            CopySql.configure(sessions);
            String sql = "SELECT data FROM pg_logical_slot_peek_binary_changes(?, ?::pg_lsn, %d, %s)"
                    .formatted(MESSAGES, options(connection));
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setFetchSize(FETCHED_ROWS);
                statement.setString(1, slot);
                statement.setString(
                        2, upTo == 0 ? null : LogSequenceNumber.valueOf(upTo).asString());
                read(statement, new PgOutput(keys, look), look);
            }
            connection.commit();
            return true;
        } catch (SQLException e) {
            throw lostOr(e);
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    private static void read(PreparedStatement statement, PgOutput output, Look look) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                look.messages++;
                output.message(rows.getBytes(1));
            }
        }
    }

    /** The same as Debezium's, so that both see the same commits. */
    private String options(Connection connection) throws SQLException {
        boolean messages = connection.getMetaData().getDatabaseMajorVersion() * 10_000 >= FIRST_VERSION_WITH_MESSAGES;
        return "'proto_version', '1', 'publication_names', '%s'%s"
                .formatted(settings.slot(), messages ? ", 'messages', 'true'" : "");
    }

    private SQLException lostOr(SQLException e) {
        String message = String.valueOf(e.getMessage());
        boolean lost = message.contains("does not exist") && message.contains("slot")
                || message.contains("cannot read from logical replication slot")
                || message.contains("has been invalidated")
                || message.contains("can no longer get changes from");
        if (!lost) {
            return e;
        }
        throw new FirnException(
                ErrorCode.SOURCE_MISCONFIGURED,
                "source.postgres: replication slot %s, which notes what changes during the load, is lost: %s; run firn seed again, it starts the load over"
                        .formatted(slot, message.lines().findFirst().orElse("")),
                e);
    }

    /** What one look finds. */
    private static final class Look implements PgOutput.Events {
        private final Changes changes;
        private final long upTo;
        private long messages;
        private long last;
        private long lastMicros;

        Look(Changes changes, long upTo) {
            this.changes = changes;
            this.upTo = upTo;
        }

        @Override
        public void changed(String table, List<String> key) {
            changes.changed(table, key);
        }

        @Override
        public void truncated(String table) {
            changes.truncated(table);
        }

        @Override
        public void committed(long end, long micros) {
            if (upTo == 0 || end <= upTo) {
                last = end;
                lastMicros = micros;
            }
        }
    }

    /** @return the name of the slot */
    String slot() {
        return slot;
    }

    @Override
    public void close() {
        reading.close();
    }
}
