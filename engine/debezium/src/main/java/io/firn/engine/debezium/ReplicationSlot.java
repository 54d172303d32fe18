package io.firn.engine.debezium;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Optional;
import org.postgresql.replication.LogSequenceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replication slot: PostgreSQL keeps what comes after the place that was last confirmed, and can go back no
 * further.
 */
final class ReplicationSlot {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicationSlot.class);
    private static final long RETRY_MILLIS = 100;

    private static final String STATE = """
            SELECT s.confirmed_flush_lsn, s.active, s.plugin, s.database = current_database(), s.wal_status,
                   coalesce(s.active_pid || coalesce(' (' || a.application_name || ')', ''), '?')
            FROM pg_replication_slots s LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid
            WHERE s.slot_name = ?
            """;

    private final PostgresSettings settings;
    private final Database database;

    ReplicationSlot(PostgresSettings settings, Database database) {
        this.settings = settings;
        this.database = database;
    }

    private record State(long confirmed, boolean active, String holder, boolean usable, boolean lost) {}

    /** @return the place that was last confirmed; 0 when there is no slot or it has none */
    long confirmed() {
        return state().map(State::confirmed).orElse(0L);
    }

    private Optional<State> state() {
        return database.call(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(STATE)) {
                statement.setString(1, settings.slot());
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next()) {
                        return Optional.empty();
                    }
                    String confirmed = row.getString(1);
                    return Optional.of(new State(
                            confirmed == null
                                    ? 0
                                    : LogSequenceNumber.valueOf(confirmed).asLong(),
                            row.getBoolean(2),
                            row.getString(6),
                            "pgoutput".equals(row.getString(3)) && row.getBoolean(4),
                            "lost".equals(row.getString(5))));
                }
            }
        });
    }

    /**
     * Makes sure that reading can go on at {@code place}, and that nobody else reads the slot.
     *
     * @throws FirnException when it cannot
     */
    void require(PostgresPosition place) throws InterruptedException {
        Optional<State> found = released();
        if (!place.hasSnapshot()) {
            if (found.isPresent()) {
                remove();
            }
            return;
        }
        State state = found.orElseThrow(() -> lost(place, "does not exist any more"));
        if (state.lost()) {
            throw lost(place, "has lost the log it needs, because max_slot_wal_keep_size was exceeded");
        }
        if (state.confirmed() > place.lsn()) {
            throw lost(
                    place,
                    "stands at %s, so something else has used it or made it anew"
                            .formatted(PostgresPosition.text(state.confirmed())));
        }
    }

    private FirnException lost(PostgresPosition place, String what) {
        return new FirnException(
                ErrorCode.SOURCE_MISCONFIGURED,
                ("source.postgres: replication slot %s %s, and the lake has read up to %s only: what changed between is lost;"
                                + " the tables have to be read again in full")
                        .formatted(settings.slot(), what, PostgresPosition.text(place.lsn())));
    }

    /** Waits until no process reads the slot: PostgreSQL notices only after a while that a client is gone. */
    private Optional<State> released() throws InterruptedException {
        long deadline = System.nanoTime() + settings.patience().toNanos();
        boolean told = false;
        Optional<State> found = state();
        while (found.isPresent() && found.get().active()) {
            if (System.nanoTime() >= deadline) {
                throw new FirnException(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "source.postgres: replication slot %s is in use by process %s; one writer at a time can read it, and source.topic-prefix names it"
                                .formatted(settings.slot(), found.get().holder()));
            }
            if (!told) {
                LOG.info(
                        "replication slot {} is in use by process {}: waiting",
                        settings.slot(),
                        found.get().holder());
                told = true;
            }
            Thread.sleep(RETRY_MILLIS);
            found = state();
        }
        if (found.isPresent() && !found.get().usable()) {
            throw new FirnException(
                    ErrorCode.SOURCE_MISCONFIGURED,
                    "source.postgres: replication slot %s must be for this database and the plugin pgoutput; choose another source.topic-prefix"
                            .formatted(settings.slot()));
        }
        return found;
    }

    /**
     * A slot from which nothing is in the lake cannot be matched with a snapshot any more; a new one comes with one.
     */
    private void remove() {
        LOG.warn(
                "replication slot {} is from a start that did not get through its first snapshot: it is made anew",
                settings.slot());
        database.text("SELECT pg_drop_replication_slot(?)", settings.slot());
    }
}
