package io.firn.engine.decode;

import io.firn.engine.source.RowSchema;
import org.jspecify.annotations.Nullable;

/**
 * How the values of one column are written in the records.
 *
 * @param size the scale of {@link Form#UNSCALED}, the length of {@link Form#BITS}; 0 otherwise
 * @param items of an {@link Form#ARRAY}; null otherwise
 */
record Wire(Form form, int size, @Nullable Wire items) {
    /** Debezium's ways to write a value. */
    enum Form {
        BOOLEAN,
        INTEGER,
        FLOATING,
        TEXT,
        /** Bytes as base64, also where they are the text of a type that Debezium does not know. */
        BASE64,
        BASE64_URL,
        HEX,
        DATE,
        ISO_DATE,
        TIME_MILLIS,
        TIME_MICROS,
        TIME_NANOS,
        ISO_TIME,
        ZONED_TIME,
        TIMESTAMP_MILLIS,
        TIMESTAMP_MICROS,
        TIMESTAMP_NANOS,
        ISO_TIMESTAMP,
        ZONED_TIMESTAMP,
        /** An unscaled number as base64. */
        UNSCALED,
        /** A struct of a scale and an unscaled number. */
        SCALED,
        NUMBER_TEXT,
        /** A decimal squeezed through a double. */
        NUMBER,
        BITS,
        POINT,
        MICRO_DURATION,
        ISO_INTERVAL,
        MAP,
        ARRAY
    }

    static Wire of(Form form) {
        return new Wire(form, 0, null);
    }

    private static Wire of(Form form, int size) {
        return new Wire(form, size, null);
    }

    /** @return how a connector with these settings writes a column of this type */
    static Wire of(ColumnType type, SourceEncoding encoding) {
        if (type.isArray()) {
            return new Wire(Form.ARRAY, 0, of(type.element(), encoding));
        }
        return switch (type.name()) {
            case "smallint", "integer", "bigint", "oid" -> of(Form.INTEGER);
            case "real", "double precision" -> of(Form.FLOATING);
            case "boolean" -> of(Form.BOOLEAN);
            case "bit" -> type.precision() == 1 ? of(Form.BOOLEAN) : of(Form.BITS, type.precision());
            case "bit varying" -> of(Form.BITS);
            case "numeric", "decimal" ->
                number(type.precision() < 0 ? of(Form.SCALED) : of(Form.UNSCALED, type.scale()), encoding);
            case "money" -> number(of(Form.UNSCALED, 2), encoding);
            case "date" -> of(encoding.times().date());
            case "time", "time without time zone" -> of(encoding.times().time(type));
            case "time with time zone" -> of(Form.ZONED_TIME);
            case "timestamp", "timestamp without time zone" ->
                of(encoding.times().timestamp(type));
            case "timestamp with time zone" -> of(Form.ZONED_TIMESTAMP);
            case "bytea" -> of(encoding.bytes());
            case "hstore" -> of(Form.MAP);
            case "point" -> of(Form.POINT);
            case "interval" -> of(Form.ISO_INTERVAL);
            default -> of(type.isUnknownToDebezium() ? encoding.bytes() : Form.TEXT);
        };
    }

    private static Wire number(Wire precise, SourceEncoding encoding) {
        return switch (encoding.decimals()) {
            case PRECISE -> precise;
            case STRING -> of(Form.NUMBER_TEXT);
            case DOUBLE -> of(Form.NUMBER);
        };
    }

    /**
     * @param field what the source says of the column
     * @param type the column's type in PostgreSQL
     * @return how its values are written
     */
    static Wire of(RowSchema.Field field, ColumnType type, SourceEncoding encoding) {
        Wire named = field.logical() == null ? null : logical(field);
        if (named != null) {
            return named;
        }
        return switch (field.type()) {
            case "array" -> {
                RowSchema.Field items = field.items();
                yield items == null ? of(Form.TEXT) : new Wire(Form.ARRAY, 0, of(items, type.element(), encoding));
            }
            case "map" -> of(Form.MAP);
            case "boolean" -> of(Form.BOOLEAN);
            case "int8", "int16", "int32", "int64" -> of(Form.INTEGER);
            case "float32", "float64", "float", "double" ->
                of(type.isNumeric() || type.name().equals("money") ? Form.NUMBER : Form.FLOATING);
            case "bytes" -> of(Form.BASE64);
            default -> text(type, encoding);
        };
    }

    private static Wire text(ColumnType type, SourceEncoding encoding) {
        if (type.isNumeric() || type.name().equals("money")) {
            return of(Form.NUMBER_TEXT);
        }
        if (type.name().equals("bytea") || type.isUnknownToDebezium()) {
            return of(
                    encoding.bytes() == Form.BASE64_URL || encoding.bytes() == Form.HEX
                            ? encoding.bytes()
                            : Form.BASE64);
        }
        return of(type.name().equals("hstore") ? Form.MAP : Form.TEXT);
    }

    private static @Nullable Wire logical(RowSchema.Field field) {
        String name = field.logical() == null ? "" : field.logical();
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "Date" -> of(Form.DATE);
            case "IsoDate" -> of(Form.ISO_DATE);
            case "Time" -> of(Form.TIME_MILLIS);
            case "MicroTime" -> of(Form.TIME_MICROS);
            case "NanoTime" -> of(Form.TIME_NANOS);
            case "IsoTime" -> of(Form.ISO_TIME);
            case "ZonedTime" -> of(Form.ZONED_TIME);
            case "Timestamp" -> of(Form.TIMESTAMP_MILLIS);
            case "MicroTimestamp" -> of(Form.TIMESTAMP_MICROS);
            case "NanoTimestamp" -> of(Form.TIMESTAMP_NANOS);
            case "IsoTimestamp" -> of(Form.ISO_TIMESTAMP);
            case "ZonedTimestamp" -> of(Form.ZONED_TIMESTAMP);
            case "Decimal" ->
                of(Form.UNSCALED, Integer.parseInt(field.parameters().getOrDefault("scale", "0")));
            case "VariableScaleDecimal" -> of(Form.SCALED);
            case "Bits" -> of(Form.BITS, bits(field));
            case "Point" -> of(Form.POINT);
            case "MicroDuration" -> of(Form.MICRO_DURATION);
            case "Interval" -> of(Form.ISO_INTERVAL);
            default -> null;
        };
    }

    private static int bits(RowSchema.Field field) {
        return Integer.parseInt(field.parameters().getOrDefault("length", "0"));
    }
}
