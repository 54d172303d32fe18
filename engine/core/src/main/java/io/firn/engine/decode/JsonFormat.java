package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.engine.source.RowSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's JSON, with and without the embedded schema. A record that begins with the same schema as the one before it
 * is parsed from its payload on.
 */
public final class JsonFormat extends RecordFormat {
    private static final JsonFactory JSON = new ObjectMapper().getFactory();
    private static final byte[] SCHEMA_FIRST = "{\"schema\":{".getBytes(StandardCharsets.UTF_8);

    private final JsonBytes bytes = new JsonBytes();
    private byte[] prefix = {};
    private @Nullable RowSchema rows;

    @Override
    JsonParser open(byte[] value) throws IOException, UndecodableException {
        if (!startsWith(value, SCHEMA_FIRST)) {
            rows = null;
            prefix = new byte[0];
            return first(bytes.open(value, 0, value.length));
        }
        if (prefix.length == 0 || !startsWith(value, prefix)) {
            readSchema(value);
        }
        return first(bytes.open(value, prefix.length, value.length - prefix.length));
    }

    private static boolean startsWith(byte[] value, byte[] start) {
        return value.length >= start.length && Arrays.equals(value, 0, start.length, start, 0, start.length);
    }

    private static JsonParser first(JsonParser json) throws IOException, UndecodableException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new UndecodableException("the record is not a JSON object");
        }
        return json;
    }

    private void readSchema(byte[] value) throws IOException, UndecodableException {
        try (JsonParser json = JSON.createParser(value)) {
            json.nextToken();
            json.nextToken();
            json.nextToken();
            JsonNode schema = json.readValueAsTree();
            boolean isPayload = json.nextToken() == JsonToken.FIELD_NAME
                    && json.currentName().equals("payload")
                    && json.nextToken() == JsonToken.START_OBJECT;
            if (!isPayload) {
                throw new UndecodableException("the record has a schema and no payload");
            }
            RowSchema now = rows(schema);
            rows = now != null && now.equals(rows) ? rows : now;
            prefix = Arrays.copyOf(value, (int) json.currentTokenLocation().getByteOffset());
        }
    }

    private static @Nullable RowSchema rows(JsonNode envelope) {
        for (JsonNode field : envelope.path("fields")) {
            if (field.path("field").asText().equals("after")) {
                List<RowSchema.Field> fields = new ArrayList<>();
                field.path("fields").forEach(column -> fields.add(field(column)));
                return new RowSchema(fields);
            }
        }
        return null;
    }

    private static RowSchema.Field field(JsonNode field) {
        Map<String, String> parameters = new HashMap<>();
        field.path("parameters")
                .properties()
                .forEach(
                        entry -> parameters.put(entry.getKey(), entry.getValue().asText()));
        return new RowSchema.Field(
                field.path("field").asText(),
                field.path("type").asText(),
                field.hasNonNull("name") ? field.path("name").asText() : null,
                parameters,
                field.path("optional").asBoolean(),
                field.has("items") ? field(field.path("items")) : null);
    }

    @Override
    @Nullable
    RowSchema rows() {
        return rows;
    }

    @Override
    String name() {
        return "JSON";
    }
}
