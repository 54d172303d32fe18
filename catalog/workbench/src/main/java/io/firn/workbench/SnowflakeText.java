package io.firn.workbench;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Canonical text in Snowflake, over Iceberg tables. Floating point needs the function {@code FIRN_BITS} that
 * docs/digest.md gives.
 */
final class SnowflakeText extends CanonicalText {
    @Override
    String concat(List<String> parts) {
        return parts.stream()
                .map(part -> part.startsWith("'") ? part : "COALESCE(TO_VARCHAR(" + part + "), '')")
                .collect(Collectors.joining(" || "));
    }

    @Override
    String string(Value value) {
        return value.sql();
    }

    @Override
    String octets(String text) {
        return "OCTET_LENGTH(" + text + ")";
    }

    @Override
    String text(Value value) {
        String sql = value.sql();
        return switch (value.type().typeId()) {
            case BOOLEAN, INTEGER, LONG, DECIMAL, UUID -> sql;
            case FLOAT -> "FIRN_BITS(%s, 32)".formatted(sql);
            case DOUBLE -> "FIRN_BITS(%s, 64)".formatted(sql);
            case DATE -> "DATEDIFF('day', DATE '1970-01-01', %s)".formatted(sql);
            case TIMESTAMP -> "DATE_PART('epoch_microsecond', %s)".formatted(sql);
            case BINARY, FIXED -> "('x' || HEX_ENCODE(%s))".formatted(sql);
            case LIST -> list(sql, value.type().asListType().elementType());
            default -> throw unsupported(value, "Snowflake");
        };
    }

    private String list(String sql, Type element) {
        return "('[' || ARRAY_TO_STRING(TRANSFORM(%s, item %s -> %s), '') || ']')"
                .formatted(sql, type(element), concat(framed(new Value("item", element, null))));
    }

    private static String type(Type element) {
        return switch (element.typeId()) {
            case BOOLEAN -> "BOOLEAN";
            case INTEGER, LONG -> "NUMBER";
            case FLOAT, DOUBLE -> "FLOAT";
            case DATE -> "DATE";
            case TIMESTAMP -> ((Types.TimestampType) element).shouldAdjustToUTC() ? "TIMESTAMP_LTZ" : "TIMESTAMP_NTZ";
            case DECIMAL ->
                "NUMBER(%d,%d)"
                        .formatted(((Types.DecimalType) element).precision(), ((Types.DecimalType) element).scale());
            case BINARY, FIXED -> "BINARY";
            case STRING, UUID -> "VARCHAR";
            default -> throw unsupported(new Value("an array's element", element, null), "Snowflake");
        };
    }
}
