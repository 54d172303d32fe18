package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.sql.SQLException;
import org.duckdb.DuckDBAppender;

/** Reads one column's JSON into a slot, and appends the slot to DuckDB. Nulls are dealt with by the caller. */
interface ColumnCodec {
    /**
     * Reads the value the parser stands on, which is not null, and leaves the parser on its last token.
     *
     * @throws UndecodableException when the value is not one of the column's type
     */
    void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException;

    /** Appends a slot that {@link #read} has filled. */
    void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException;
}
