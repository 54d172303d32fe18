package io.firn.engine.decode;

import io.firn.engine.source.RowSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The schema of an Avro envelope's rows, in Connect's terms, which the converter leaves in properties. */
final class AvroRows {
    private static final String NAME = "connect.name";
    private static final String TYPE = "connect.type";
    private static final String PARAMETERS = "connect.parameters";
    private static final String CONNECT_DATA = "org.apache.kafka.connect.data.";

    private AvroRows() {}

    /** @return the rows of a change; null for an envelope of something else */
    static @Nullable RowSchema of(Schema envelope) {
        Schema.Field after = envelope.getType() == Schema.Type.RECORD ? envelope.getField("after") : null;
        Schema row = after == null ? null : present(after.schema());
        if (row == null || row.getType() != Schema.Type.RECORD) {
            return null;
        }
        List<RowSchema.Field> fields = new ArrayList<>();
        for (Schema.Field field : row.getFields()) {
            fields.add(field(field.name(), field.schema()));
        }
        return new RowSchema(fields);
    }

    /** @return the branch of a union that is not null */
    private static Schema present(Schema schema) {
        return schema.getType() != Schema.Type.UNION
                ? schema
                : schema.getTypes().stream()
                        .filter(branch -> branch.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElse(schema);
    }

    private static RowSchema.Field field(String name, Schema declared) {
        Schema schema = present(declared);
        boolean isMap = schema.getType() == Schema.Type.ARRAY && AvroTokens.isEntry(schema.getElementType());
        RowSchema.Field items =
                schema.getType() == Schema.Type.ARRAY && !isMap ? field("element", schema.getElementType()) : null;
        return new RowSchema.Field(
                name,
                isMap ? "map" : type(schema),
                logical(schema),
                parameters(schema),
                declared.getType() == Schema.Type.UNION,
                items);
    }

    private static String type(Schema schema) {
        if (schema.getProp(TYPE) != null) {
            return schema.getProp(TYPE);
        }
        return switch (schema.getType()) {
            case INT -> "int32";
            case LONG -> "int64";
            case FLOAT -> "float32";
            case DOUBLE -> "float64";
            case BOOLEAN -> "boolean";
            case BYTES, FIXED -> "bytes";
            case ARRAY -> "array";
            case MAP -> "map";
            case RECORD -> "struct";
            default -> "string";
        };
    }

    private static @Nullable String logical(Schema schema) {
        if (schema.getProp(NAME) != null) {
            return schema.getProp(NAME);
        }
        if (schema.getType() == Schema.Type.RECORD) {
            return schema.getFullName();
        }
        String logical =
                schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
        return switch (logical) {
            case "decimal" -> CONNECT_DATA + "Decimal";
            case "date" -> CONNECT_DATA + "Date";
            case "time-millis" -> CONNECT_DATA + "Time";
            case "timestamp-millis" -> CONNECT_DATA + "Timestamp";
            case "timestamp-micros" -> "io.debezium.time.MicroTimestamp";
            case "time-micros" -> "io.debezium.time.MicroTime";
            default -> null;
        };
    }

    private static Map<String, String> parameters(Schema schema) {
        Map<String, String> parameters = new HashMap<>();
        if (schema.getObjectProp(PARAMETERS) instanceof Map<?, ?> named) {
            named.forEach((name, value) -> parameters.put(String.valueOf(name), String.valueOf(value)));
        }
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            parameters.putIfAbsent("scale", Integer.toString(decimal.getScale()));
        }
        return parameters;
    }
}
