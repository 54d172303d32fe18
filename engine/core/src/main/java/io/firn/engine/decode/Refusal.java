package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import java.sql.SQLException;
import org.duckdb.DuckDBAppender;

/** For columns whose values the connector has changed before they come here. */
record Refusal(String reason) implements ColumnCodec {
    @Override
    public void read(JsonParser json, Slots slots, int slot) throws UndecodableException {
        throw new UndecodableException(reason);
    }

    @Override
    public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
        appender.appendNull();
    }
}
