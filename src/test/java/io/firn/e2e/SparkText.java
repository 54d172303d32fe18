package io.firn.e2e;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** A row that Spark read, as the canonical text that docs/digest.md defines, for the types of the shop. */
final class SparkText {
    private SparkText() {}

    static String row(Schema schema, List<@Nullable Object> values) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            append(text, schema.columns().get(i).type(), values.get(i));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Type type, @Nullable Object value) {
        if (type.typeId() == Type.TypeID.STRING) {
            if (value != null) {
                text.append(value.toString().getBytes(StandardCharsets.UTF_8).length);
            }
            text.append(':');
        }
        if (value != null) {
            append(text, type, value.toString(), value);
        }
        text.append('|');
    }

    private static void append(StringBuilder text, Type type, String plain, Object value) {
        switch (type.typeId()) {
            case BOOLEAN, INTEGER, LONG, UUID, DECIMAL, STRING -> text.append(plain);
            case DATE -> text.append(LocalDate.parse(plain).toEpochDay());
            case TIMESTAMP -> text.append(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(plain)));
            case BINARY -> text.append('x').append(plain.toUpperCase(Locale.ROOT));
            case LIST -> {
                text.append('[');
                for (Object element : (List<?>) value) {
                    append(text, type.asListType().elementType(), element);
                }
                text.append(']');
            }
            default -> throw new IllegalArgumentException(type + " is not among the shop's types");
        }
    }
}
