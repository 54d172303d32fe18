package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import org.duckdb.DuckDBAppender;

/** Bytes as base64, Debezium's default {@code binary.handling.mode}. */
final class BinaryCodec implements ColumnCodec {
    private final byte[] unavailable;

    BinaryCodec(String unavailable) {
        this.unavailable = unavailable.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
        byte[] bytes;
        try {
            bytes = json.getBinaryValue();
        } catch (JsonParseException e) {
            throw new UndecodableException("the value is not base64");
        }
        if (Arrays.equals(bytes, unavailable)) {
            slots.markUnavailable(slot);
        } else {
            slots.put(slot, bytes);
        }
    }

    @Override
    public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
        appender.append((byte[]) slots.object(slot));
    }
}
