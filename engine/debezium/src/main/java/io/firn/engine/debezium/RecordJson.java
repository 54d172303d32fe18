package io.firn.engine.debezium;

import io.firn.engine.source.RowSchema;
import io.firn.engine.source.SourceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.json.JsonConverter;
import org.jspecify.annotations.Nullable;

/** Debezium's records as the JSON that Kafka Connect would write, without schemas; those go beside it. */
final class RecordJson {
    /** Otherwise a NULL in a column that has a default is written as that default. */
    private static final Map<String, String> FORM =
            Map.of("schemas.enable", "false", "replace.null.with.default", "false");

    private record Known(Schema schema, @Nullable RowSchema rows) {}

    private final JsonConverter keys = new JsonConverter();
    private final JsonConverter values = new JsonConverter();
    private final Map<String, Known> rows = new HashMap<>();

    RecordJson() {
        keys.configure(FORM, true);
        values.configure(FORM, false);
    }

    SourceRecord convert(org.apache.kafka.connect.source.SourceRecord record, long offset) {
        return new SourceRecord(
                record.topic(),
                0,
                offset,
                keys.fromConnectData(record.topic(), record.keySchema(), record.key()),
                values.fromConnectData(record.topic(), record.valueSchema(), record.value()),
                rows(record.topic(), record.valueSchema()));
    }

    /** Debezium makes a table's schema once, and anew when the table has changed. */
    private @Nullable RowSchema rows(String topic, @Nullable Schema schema) {
        if (schema == null) {
            return null;
        }
        Known known = rows.get(topic);
        if (known == null || known.schema() != schema) {
            RowSchema before = known == null ? null : known.rows();
            RowSchema now = rows(schema);
            known = new Known(schema, now != null && now.equals(before) ? before : now);
            rows.put(topic, known);
        }
        return known.rows();
    }

    private static @Nullable RowSchema rows(Schema envelope) {
        if (envelope.type() != Schema.Type.STRUCT || envelope.field("after") == null) {
            return null;
        }
        List<RowSchema.Field> fields = new ArrayList<>();
        for (Field field : envelope.field("after").schema().fields()) {
            fields.add(field(field.name(), field.schema()));
        }
        return new RowSchema(fields);
    }

    private static RowSchema.Field field(String name, Schema schema) {
        return new RowSchema.Field(
                name,
                schema.type().getName(),
                schema.name(),
                schema.parameters() == null ? Map.of() : schema.parameters(),
                schema.isOptional(),
                schema.type() == Schema.Type.ARRAY ? field("element", schema.valueSchema()) : null);
    }
}
