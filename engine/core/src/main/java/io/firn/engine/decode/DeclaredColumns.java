package io.firn.engine.decode;

import io.firn.catalog.SourceColumn;
import io.firn.engine.source.RowSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The columns that records have, in PostgreSQL's terms. Records tell their columns' types only as far as a connector
 * needs them, so a column keeps the type it has in the lake, or gets the one that the database declares, as long as
 * values of that type could be written like this.
 */
public final class DeclaredColumns {
    private static final String PRECISION = "connect.decimal.precision";

    private DeclaredColumns() {}

    /**
     * @param rows what the records say
     * @param lake the table's present columns
     * @param names what the records call them
     * @param declared the source's declaration now, by column; empty when it is not known
     */
    public static List<SourceColumn> of(
            RowSchema rows, Schema lake, ColumnNames names, Map<String, SourceColumn> declared) {
        Map<String, NestedField> present = new HashMap<>();
        lake.columns().forEach(column -> present.put(column.name(), column));
        List<SourceColumn> columns = new ArrayList<>();
        for (RowSchema.Field field : rows.fields()) {
            String name = names.column(field.name());
            columns.add(column(name, field, present.get(name), declared.get(field.name())));
        }
        return columns;
    }

    private static SourceColumn column(
            String name, RowSchema.Field field, @Nullable NestedField present, @Nullable SourceColumn declared) {
        String known = present == null || present.doc() == null ? "" : present.doc();
        boolean required = !field.optional();
        if (!known.isEmpty() && fits(field, ColumnType.of(known))) {
            return new SourceColumn(name, known, required);
        }
        if (declared != null && fits(field, ColumnType.of(declared.type()))) {
            return new SourceColumn(name, declared.type(), required, declared.earlier());
        }
        return new SourceColumn(name, nearest(field), required, declared == null ? null : declared.earlier());
    }

    /** @return whether a connector may write a column of this type like this */
    static boolean fits(RowSchema.Field field, ColumnType type) {
        if (type.isArray()) {
            RowSchema.Field items = field.items();
            return items == null ? type.isBits() || field.type().equals("bytes") : fits(items, type.element());
        }
        String logical = logical(field);
        return switch (type.name()) {
            case "smallint" -> isPlain(field, "int8", "int16");
            case "integer" -> isPlain(field, "int8", "int16", "int32");
            case "bigint", "oid" -> isPlain(field, "int8", "int16", "int32", "int64");
            case "real" -> isPlain(field, "float32", "float");
            case "double precision" -> isPlain(field, "float32", "float64", "float", "double");
            case "boolean" -> isPlain(field, "boolean");
            case "bit" -> isPlain(field, "boolean") || logical.equals("Bits") && sameLength(field, type);
            case "bit varying" -> logical.equals("Bits");
            case "numeric", "decimal" -> fitsNumeric(field, type);
            case "money" -> logical.equals("Decimal") || isPlain(field, "float64", "double", "string");
            case "date" -> logical.equals("Date") || logical.equals("IsoDate");
            case "time", "time without time zone" -> logical.endsWith("Time") && !logical.equals("ZonedTime");
            case "time with time zone" -> logical.equals("ZonedTime");
            case "timestamp", "timestamp without time zone" ->
                logical.endsWith("Timestamp") && !logical.equals("ZonedTimestamp");
            case "timestamp with time zone" -> logical.equals("ZonedTimestamp");
            case "bytea" -> isPlain(field, "bytes", "string");
            case "hstore" -> field.type().equals("map") || field.type().equals("string");
            case "point" -> logical.equals("Point");
            case "interval" -> logical.equals("MicroDuration") || logical.equals("Interval");
            default ->
                field.type().equals("string") && !isTime(logical)
                        || isPlain(field, "bytes") && type.isUnknownToDebezium();
        };
    }

    private static boolean isTime(String logical) {
        return logical.endsWith("Time") || logical.endsWith("Timestamp") || logical.endsWith("Date");
    }

    private static boolean sameLength(RowSchema.Field field, ColumnType type) {
        return Integer.toString(type.precision()).equals(field.parameters().get("length"));
    }

    private static boolean fitsNumeric(RowSchema.Field field, ColumnType type) {
        return switch (logical(field)) {
            case "VariableScaleDecimal" -> type.precision() < 0;
            case "Decimal" ->
                type.precision() >= 0
                        && Integer.toString(type.scale())
                                .equals(field.parameters().getOrDefault("scale", "0"))
                        && Integer.parseInt(field.parameters().getOrDefault(PRECISION, "1")) <= type.precision();
            default -> isPlain(field, "float64", "double", "string");
        };
    }

    private static boolean isPlain(RowSchema.Field field, String... types) {
        return field.logical() == null && List.of(types).contains(field.type());
    }

    private static String logical(RowSchema.Field field) {
        String name = field.logical() == null ? "" : field.logical();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** @return the type whose values are written like this */
    private static String nearest(RowSchema.Field field) {
        if (field.items() != null) {
            return nearest(field.items()) + "[]";
        }
        return switch (logical(field)) {
            case "Date", "IsoDate" -> "date";
            case "Time" -> "time(3) without time zone";
            case "MicroTime", "NanoTime", "IsoTime" -> "time without time zone";
            case "ZonedTime" -> "time with time zone";
            case "Timestamp" -> "timestamp(3) without time zone";
            case "MicroTimestamp", "NanoTimestamp", "IsoTimestamp" -> "timestamp without time zone";
            case "ZonedTimestamp" -> "timestamp with time zone";
            case "Decimal" ->
                "numeric(%s,%s)"
                        .formatted(
                                field.parameters().getOrDefault(PRECISION, "38"),
                                field.parameters().getOrDefault("scale", "0"));
            case "VariableScaleDecimal" -> "numeric";
            case "Bits" -> "bit(%s)".formatted(field.parameters().getOrDefault("length", "1"));
            case "Point" -> "point";
            case "MicroDuration", "Interval" -> "interval";
            case "Uuid" -> "uuid";
            case "Json" -> "jsonb";
            case "Xml" -> "xml";
            default -> plain(field.type());
        };
    }

    private static String plain(String type) {
        return switch (type) {
            case "int8", "int16" -> "smallint";
            case "int32" -> "integer";
            case "int64" -> "bigint";
            case "float32", "float" -> "real";
            case "float64", "double" -> "double precision";
            case "boolean" -> "boolean";
            case "bytes" -> "bytea";
            case "map" -> "hstore";
            default -> "text";
        };
    }
}
