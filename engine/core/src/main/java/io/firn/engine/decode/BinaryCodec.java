package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.duckdb.DuckDBAppender;

/** Bytes, in each of Debezium's forms ({@code binary.handling.mode}). */
final class BinaryCodec implements ColumnCodec {
    private final Wire.Form form;
    private final byte[] unavailable;

    BinaryCodec(Wire.Form form, String unavailable) {
        this.form = form;
        this.unavailable = unavailable.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
        byte[] bytes = bytes(json, form);
        if (Arrays.equals(bytes, unavailable)) {
            slots.markUnavailable(slot);
        } else {
            slots.put(slot, bytes);
        }
    }

    static byte[] bytes(JsonParser json, Wire.Form form) throws IOException, UndecodableException {
        if (json.currentToken() != JsonToken.VALUE_EMBEDDED_OBJECT && json.currentToken() != JsonToken.VALUE_STRING) {
            throw new UndecodableException(json.currentToken() + " is not bytes");
        }
        try {
            return switch (form) {
                case HEX -> HexFormat.of().parseHex(json.getText());
                case BASE64_URL -> Base64.getUrlDecoder().decode(json.getText());
                default -> json.getBinaryValue();
            };
        } catch (JsonParseException | IllegalArgumentException e) {
            throw new UndecodableException(
                    form == Wire.Form.HEX
                            ? "the value is not hexadecimal; is source.binary-handling the connector's binary.handling.mode?"
                            : "the value is not base64");
        }
    }

    @Override
    public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
        appender.append((byte[]) slots.object(slot));
    }
}
