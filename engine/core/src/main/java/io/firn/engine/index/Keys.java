package io.firn.engine.index;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads a table's key from query results, in the form the index stores it. */
public final class Keys {
    private final KeyEncoder encoder;

    Keys(KeyEncoder encoder) {
        this.encoder = encoder;
    }

    /** @return what to select for a key column, numbered from 0, whose value {@code reference} is */
    public String expression(int column, String reference) {
        return encoder.expression(column, reference);
    }

    /** @param first the number, from 1, of the first of the key columns in the row */
    public byte[] read(ResultSet row, int first) throws SQLException {
        return encoder.encode(row, first);
    }
}
