package io.firn.engine.debezium;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.replication.LogSequenceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replication slot: PostgreSQL keeps what comes after the place that was last confirmed, and can go back no
 * further.
 */
final class ReplicationSlot {
    private static final String GONE = "does not exist any more";
    private static final String INVALIDATED = "has lost the log it needs, because max_slot_wal_keep_size was exceeded";
    private static final Logger LOG = LoggerFactory.getLogger(ReplicationSlot.class);
    private static final long RETRY_MILLIS = 100;

    private static final String STATE = """
            SELECT s.confirmed_flush_lsn, coalesce(s.active_pid, 0),
                   s.plugin = 'pgoutput' AND s.database = current_database(), s.wal_status = 'lost'
            FROM pg_replication_slots s WHERE s.slot_name = ?
            """;

    /** While the tables are read first, nobody reads the slot, and yet it is not free. */
    private static final String LOCK = "SELECT pg_try_advisory_lock(hashtext('firn'), hashtext(?))";

    private static final String HOLDER = """
            SELECT a.pid || ' (' || a.application_name || ')' FROM pg_stat_activity a
            WHERE a.pid IN (SELECT active_pid FROM pg_replication_slots WHERE slot_name = ?)
               OR a.pid IN (SELECT l.pid FROM pg_locks l
                            WHERE l.locktype = 'advisory' AND l.granted
                              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                              AND l.classid::bigint = hashtext('firn')::bigint & 4294967295
                              AND l.objid::bigint = hashtext(?)::bigint & 4294967295)
            ORDER BY a.pid LIMIT 1
            """;

    private final PostgresSettings settings;
    private final Database database;

    ReplicationSlot(PostgresSettings settings, Database database) {
        this.settings = settings;
        this.database = database;
    }

    private record State(long confirmed, int reader, boolean isForUs, boolean isLost) {}

    /** @return whether there is one */
    boolean exists() {
        return state().isPresent();
    }

    /** @return the place that was last confirmed; 0 when there is no slot */
    long confirmed() {
        return state().map(State::confirmed).orElse(0L);
    }

    /** @return the server process through which the slot is read; 0 when it is not */
    int reader() {
        return state().map(State::reader).orElse(0);
    }

    private Optional<State> state() {
        return database.call(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(STATE)) {
                statement.setString(1, settings.slot());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(state(row)) : Optional.empty();
                }
            }
        });
    }

    private static State state(ResultSet row) throws SQLException {
        String confirmed = row.getString(1);
        return new State(
                confirmed == null ? 0 : LogSequenceNumber.valueOf(confirmed).asLong(),
                row.getInt(2),
                row.getBoolean(3),
                row.getBoolean(4));
    }

    /**
     * Keeps others away, and makes sure that reading can go on at {@code place}.
     *
     * @throws FirnException when somebody else reads the slot, or it no longer has what comes next
     */
    void take(PostgresPosition place) throws InterruptedException {
        awaitFree();
        if (place.hasSnapshot()) {
            requireAt(place);
        } else {
            removeUnused();
        }
    }

    /** Waits: PostgreSQL notices only after a while that a client is gone. */
    private void awaitFree() throws InterruptedException {
        long deadline = System.nanoTime() + settings.patience().toNanos();
        boolean told = false;
        while (reader() != 0 || !database.text(LOCK, settings.slot()).equals("t")) {
            String holder = database.text(HOLDER, settings.slot(), settings.slot());
            if (System.nanoTime() >= deadline) {
                throw new FirnException(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "source.postgres: replication slot %s is in use by process %s; one writer at a time can read it, and source.topic-prefix names it"
                                .formatted(settings.slot(), holder));
            }
            if (!told) {
                LOG.info("replication slot {} is in use by process {}: waiting", settings.slot(), holder);
                told = true;
            }
            Thread.sleep(RETRY_MILLIS);
        }
    }

    /** @throws FirnException when the slot no longer has what comes after {@code place} */
    void requireAt(PostgresPosition place) {
        State state = state().orElseThrow(() -> lost(place, GONE));
        requireForUs(state);
        if (state.isLost()) {
            throw lost(place, INVALIDATED);
        }
        if (state.confirmed() > place.lsn()) {
            throw lost(
                    place,
                    "stands at %s, so something else has used it or made it anew"
                            .formatted(PostgresPosition.text(state.confirmed())));
        }
    }

    /** @throws FirnException when nothing can be read from the slot any more */
    void requireUsable() {
        Optional<State> found = state();
        if (found.isEmpty() || found.get().isLost()) {
            throw new FirnException(
                    ErrorCode.SOURCE_MISCONFIGURED,
                    "source.postgres: replication slot %s %s, so no change comes into the lake; firn restart-capture makes it anew"
                            .formatted(settings.slot(), found.isEmpty() ? GONE : INVALIDATED));
        }
        requireForUs(found.get());
    }

    private void requireForUs(State state) {
        if (!state.isForUs()) {
            throw new FirnException(
                    ErrorCode.SOURCE_MISCONFIGURED,
                    "source.postgres: replication slot %s must be for this database and the plugin pgoutput; choose another source.topic-prefix"
                            .formatted(settings.slot()));
        }
    }

    private FirnException lost(PostgresPosition place, String what) {
        return new FirnException(
                ErrorCode.SOURCE_MISCONFIGURED,
                ("source.postgres: replication slot %s %s, and the lake has read up to %s only: what changed between is lost;"
                                + " firn restart-capture goes on from now, and firn verify --repair or firn seed brings what is missing")
                        .formatted(settings.slot(), what, PostgresPosition.text(place.lsn())));
    }

    /** Nothing can ever be read from such a slot again. */
    void removeInvalidated() {
        Optional<State> found = state();
        if (found.isPresent() && found.get().isLost()) {
            requireForUs(found.get());
            database.text("SELECT pg_drop_replication_slot(?)", settings.slot());
        }
    }

    /**
     * A slot from which nothing is in the lake cannot be matched with a snapshot any more; a new one comes with one.
     */
    void removeUnused() {
        Optional<State> found = state();
        if (found.isPresent()) {
            requireForUs(found.get());
            LOG.info(
                    "replication slot {} is from a start that did not get through its first snapshot: it is made anew",
                    settings.slot());
            database.text("SELECT pg_drop_replication_slot(?)", settings.slot());
        }
    }
}
