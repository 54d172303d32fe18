package io.firn.engine.redis;

import io.firn.workbench.Sql;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Values as text, the same whichever table they are read from. Numbers are as they are written in SQL, decimals with
 * all digits of their scale; timestamps are ISO 8601 with microseconds, those with a zone in UTC with a Z; binary is
 * base64; lists, maps and structs are JSON.
 */
final class FieldText {
    private static final String TIMESTAMP = "%Y-%m-%dT%H:%M:%S.%f";

    private FieldText() {}

    /**
     * Returns an expression of text, null where the value is null.
     *
     * @param value a DuckDB expression of the type
     */
    static String of(Type type, String value) {
        return switch (type.typeId()) {
            case STRING -> value;
            case TIMESTAMP -> timestamp((Types.TimestampType) type, value);
            case BINARY, FIXED -> "to_base64(" + value + ")";
            case LIST, MAP, STRUCT -> "CAST(to_json(" + value + ") AS VARCHAR)";
            default -> "CAST(" + value + " AS VARCHAR)";
        };
    }

    /** Returns an expression of JSON, null where the value is null: numbers and booleans as such, all else as text. */
    static String json(Type type, String value) {
        return switch (type.typeId()) {
            case BOOLEAN, INTEGER, LONG, DECIMAL, LIST, MAP, STRUCT -> of(type, value);
            default -> "CAST(to_json(" + of(type, value) + ") AS VARCHAR)";
        };
    }

    private static String timestamp(Types.TimestampType type, String value) {
        String format = type.shouldAdjustToUTC() ? TIMESTAMP + "Z" : TIMESTAMP;
        return "strftime(%s, %s)".formatted(value, Sql.literal(format));
    }
}
