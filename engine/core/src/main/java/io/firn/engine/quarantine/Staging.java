package io.firn.engine.quarantine;

import java.sql.SQLException;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** Appends values that may be absent. */
final class Staging {
    private Staging() {}

    static void appendBytes(DuckDBAppender row, byte @Nullable [] bytes) throws SQLException {
        if (bytes == null) {
            row.appendNull();
        } else {
            row.append(bytes);
        }
    }

    static void appendText(DuckDBAppender row, @Nullable String text) throws SQLException {
        if (text == null) {
            row.appendNull();
        } else {
            row.append(text);
        }
    }
}
