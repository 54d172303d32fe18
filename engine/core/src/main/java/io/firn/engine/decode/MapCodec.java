package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** hstore, as a JSON object or as the text of one ({@code hstore.handling.mode} map or json). */
final class MapCodec implements ColumnCodec {
    private static final JsonFactory JSON = new JsonFactory();

    private final String unavailable;

    MapCodec(String unavailable) {
        this.unavailable = unavailable;
    }

    @Override
    public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            put(entries(json), slots, slot);
        } else if (unavailable.equals(json.getText())) {
            slots.markUnavailable(slot);
        } else {
            readText(json.getText(), slots, slot);
        }
    }

    /** An unchanged one has the placeholder as its only key. */
    private void put(Map<String, @Nullable String> entries, Slots slots, int slot) {
        if (entries.size() == 1 && entries.containsKey(unavailable)) {
            slots.markUnavailable(slot);
        } else {
            slots.put(slot, entries);
        }
    }

    private static void readText(String text, Slots slots, int slot) throws IOException, UndecodableException {
        try (JsonParser inner = JSON.createParser(text)) {
            if (inner.nextToken() != JsonToken.START_OBJECT) {
                throw new UndecodableException(text + " is not a JSON object");
            }
            slots.put(slot, entries(inner));
        }
    }

    private static Map<String, @Nullable String> entries(JsonParser json) throws IOException {
        Map<String, @Nullable String> entries = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            entries.put(name, json.nextToken() == JsonToken.VALUE_NULL ? null : json.getText());
        }
        return entries;
    }

    @Override
    public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
        appender.append((Map<?, ?>) slots.object(slot));
    }
}
