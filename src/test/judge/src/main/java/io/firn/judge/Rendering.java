package io.firn.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Writes Spark rows as JSON without losing anything. NULL is null and every other scalar is a string:
 *
 * <ul>
 *   <li>integers, booleans and strings as they are; float and double as Java prints them ({@code NaN}, {@code -0.0});
 *   <li>decimals with all digits of their scale, never with an exponent;
 *   <li>date {@code 2026-11-21}; timestamp in UTC {@code 2026-11-21T08:00:00.000000Z}, always six digits; without zone
 *       the same without {@code Z}; time {@code 08:00:00.000000};
 *   <li>binary as lower-case hexadecimal digits.
 * </ul>
 *
 * Arrays are JSON arrays, structs are objects in the order of their fields, maps are arrays of {@code [key, value]}.
 */
final class Rendering {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT);

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT);

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Rendering() {}

    static ObjectNode table(StructType schema, List<Row> rows) {
        ObjectNode table = JSON.objectNode();
        ArrayNode columns = table.putArray("columns");
        for (StructField field : schema.fields()) {
            columns.addObject()
                    .put("name", field.name())
                    .put("type", field.dataType().catalogString());
        }
        ArrayNode body = table.putArray("rows");
        rows.forEach(row -> fill(body.addArray(), row));
        return table;
    }

    private static ArrayNode fill(ArrayNode target, Row row) {
        for (int i = 0; i < row.size(); i++) {
            target.add(node(row.get(i)));
        }
        return target;
    }

    private static JsonNode node(@Nullable Object value) {
        if (value == null) {
            return JSON.nullNode();
        } else if (value instanceof Row struct) {
            return struct(struct);
        } else if (value instanceof scala.collection.Seq<?> seq) {
            return array(CollectionConverters.asJava(seq));
        } else if (value instanceof scala.collection.Map<?, ?> map) {
            return map(map);
        }
        return JSON.textNode(text(value));
    }

    private static ObjectNode struct(Row struct) {
        ObjectNode object = JSON.objectNode();
        String[] names = struct.schema().fieldNames();
        for (int i = 0; i < names.length; i++) {
            object.set(names[i], node(struct.get(i)));
        }
        return object;
    }

    private static ArrayNode array(List<?> values) {
        ArrayNode array = JSON.arrayNode();
        values.forEach(value -> array.add(node(value)));
        return array;
    }

    private static ArrayNode map(scala.collection.Map<?, ?> map) {
        ArrayNode entries = JSON.arrayNode();
        CollectionConverters.asJava(map)
                .forEach((key, value) -> entries.addArray().add(node(key)).add(node(value)));
        return entries;
    }

    private static String text(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        } else if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        } else if (value instanceof Instant instant) {
            return TIMESTAMP.format(instant.atOffset(ZoneOffset.UTC)) + "Z";
        } else if (value instanceof LocalDateTime timestamp) {
            return TIMESTAMP.format(timestamp);
        } else if (value instanceof LocalTime time) {
            return TIME.format(time);
        }
        return value.toString();
    }
}
