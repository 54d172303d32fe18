package io.firn.workbench;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Canonical text in DuckDB. */
final class DuckText extends CanonicalText {
    @Override
    String concat(List<String> parts) {
        return "concat(" + String.join(", ", parts) + ")";
    }

    @Override
    String string(Value value) {
        return value.sql();
    }

    @Override
    String octets(String text) {
        return "strlen(" + text + ")";
    }

    @Override
    String text(Value value) {
        String sql = value.sql();
        return switch (value.type().typeId()) {
            case BOOLEAN, INTEGER, LONG, UUID -> sql;
            case DECIMAL -> decimal(sql, (Types.DecimalType) value.type());
            case FLOAT -> bits(sql, "FLOAT", "INTEGER");
            case DOUBLE -> bits(sql, "DOUBLE", "BIGINT");
            case DATE -> "(%s - DATE '1970-01-01')".formatted(sql);
            case TIME, TIMESTAMP -> "epoch_us(%s)".formatted(sql);
            case BINARY, FIXED -> "('x' || hex(%s))".formatted(sql);
            case LIST ->
                list(sql, new Value(variable(sql), value.type().asListType().elementType(), null));
            case MAP -> map(value);
            case STRUCT -> struct(value);
            default -> throw unsupported(value, "DuckDB");
        };
    }

    /** DuckDB leaves out the zero before the point where the type has no place for it. */
    private static String decimal(String sql, Types.DecimalType type) {
        return type.precision() == type.scale() ? "replace(CAST(%s AS VARCHAR), '.', '0.')".formatted(sql) : sql;
    }

    /** Adding zero makes -0 the 0 it equals. */
    private static String bits(String sql, String type, String integer) {
        return "CASE WHEN isnan(%1$s) THEN 'NaN' ELSE CAST(CAST(CAST(%1$s + 0::%2$s AS BIT) AS %3$s) AS VARCHAR) END"
                .formatted(sql, type, integer);
    }

    /** Lambdas nest, and an inner one must not take an outer one's name. */
    private static String variable(String sql) {
        int depth = 0;
        while (sql.contains("item" + depth)) {
            depth++;
        }
        return "item" + depth;
    }

    private String list(String sql, Value element) {
        return "('[' || array_to_string(list_transform(%s, lambda %s: %s), '') || ']')"
                .formatted(sql, element.sql(), concat(framed(element)));
    }

    private String map(Value value) {
        Types.MapType type = value.type().asMapType();
        if (type.keyType().typeId() != Type.TypeID.STRING) {
            throw unsupported(value, "DuckDB");
        }
        String entry = variable(value.sql());
        List<String> parts = new ArrayList<>(framed(new Value(entry + ".key", type.keyType(), null)));
        parts.addAll(framed(new Value(entry + ".value", type.valueType(), null)));
        return "('{' || array_to_string(list_transform(list_sort(map_entries(%s)), lambda %s: %s), '') || '}')"
                .formatted(value.sql(), entry, concat(parts));
    }

    private String struct(Value value) {
        List<String> parts = new ArrayList<>();
        for (Types.NestedField field : value.type().asStructType().fields()) {
            String child = "struct_extract(%s, %s)".formatted(value.sql(), Sql.literal(field.name()));
            parts.addAll(framed(new Value(child, field.type(), null)));
        }
        return "CASE WHEN %s IS NOT NULL THEN '(' || %s || ')' END".formatted(value.sql(), concat(parts));
    }
}
