package io.firn.engine.debezium;

import io.firn.catalog.SourcePosition;
import java.util.Map;
import org.postgresql.replication.LogSequenceNumber;

/**
 * A place between two transactions of the stream, written {@code 0/16B3748@1042}.
 *
 * @param lsn everything that was committed up to this log sequence number is before the place; 0 when the tables have
 *     not been read yet
 * @param next the offset of the first record after the place
 */
record PostgresPosition(long lsn, long next) {
    /** The name of the one stream in a {@link SourcePosition}. */
    static final String TOKEN = "postgres";

    /** Before the first snapshot. */
    static final PostgresPosition BEGINNING = new PostgresPosition(0, 0);

    /** @return the place that {@code position} names; the beginning when it names none */
    static PostgresPosition of(SourcePosition position) {
        String token = position.tokens().get(TOKEN);
        if (token == null) {
            return BEGINNING;
        }
        int at = token.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("a position in PostgreSQL's log is <lsn>@<offset> but was " + token);
        }
        return new PostgresPosition(
                LogSequenceNumber.valueOf(token.substring(0, at)).asLong(), Long.parseLong(token.substring(at + 1)));
    }

    /** @return whether a snapshot of the tables is before this place */
    boolean hasSnapshot() {
        return lsn != 0;
    }

    SourcePosition toSource() {
        return new SourcePosition(Map.of(TOKEN, text(lsn) + "@" + next));
    }

    /** @return a log sequence number as PostgreSQL prints it */
    static String text(long lsn) {
        return LogSequenceNumber.valueOf(lsn).asString();
    }
}
