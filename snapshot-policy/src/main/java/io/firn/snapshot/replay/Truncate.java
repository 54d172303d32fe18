package io.firn.snapshot.replay;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * The last truncate of a part of a change log. It comes in one partition and empties the table for all. Its own
 * partition tells by offset what came after it; the others by log sequence number, which does since a truncate waits
 * for every transaction that has changed the table.
 */
record Truncate(long cut, int partition, long offset, long lsn) {

    /**
     * Finds it.
     *
     * @param log a view of the log, as SQL may name it
     * @param cuts which cuts, as SQL
     */
    static Optional<Truncate> lastOf(Connection connection, String log, String cuts) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT _cut, _partition, _offset, _lsn FROM %s WHERE _op = 't' AND %s ORDER BY _cut DESC, _lsn DESC, _offset DESC LIMIT 1"
                                .formatted(log, cuts))) {
            return row.next()
                    ? Optional.of(new Truncate(row.getLong(1), row.getInt(2), row.getLong(3), row.getLong(4)))
                    : Optional.empty();
        }
    }

    /** What came after it, as SQL. */
    String later() {
        return "(_cut > %1$d OR _cut = %1$d AND CASE WHEN _partition = %2$d THEN _offset > %3$d ELSE _lsn > %4$d END)"
                .formatted(cut, partition, offset, lsn);
    }
}
