package io.firn.workbench;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a set of rows holds, whatever their order: their number, and the sums of the lower and of the upper 64 bits of
 * each row's MD5. Two sets are the same when their digests are equal, but for chance in 2^128.
 *
 * <p>{@link DigestSql} writes the queries that compute it.
 */
public record Digest(long rows, BigInteger lower, BigInteger upper) {
    /** Of no rows. */
    public static final Digest EMPTY = new Digest(0, BigInteger.ZERO, BigInteger.ZERO);

    /** Returns the digest of both sets of rows together. */
    public Digest plus(Digest other) {
        return new Digest(rows + other.rows, lower.add(other.lower), upper.add(other.upper));
    }

    /**
     * Runs a query of {@link DigestSql#sql}.
     *
     * @param connection of the engine the query was written for
     */
    public static Digest query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return read(row, 1);
        }
    }

    /** Reads the digest that begins at a column of a result's current row, from 1. */
    public static Digest read(ResultSet row, int column) throws SQLException {
        return new Digest(
                row.getLong(column),
                new BigInteger(row.getString(column + 1)),
                new BigInteger(row.getString(column + 2)));
    }

    /** Returns {@code rows:lower:upper}, the sums in hexadecimal digits. */
    @Override
    public String toString() {
        return "%d:%x:%x".formatted(rows, lower, upper);
    }
}
