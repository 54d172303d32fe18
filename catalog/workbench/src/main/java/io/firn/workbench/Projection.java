package io.firn.workbench;

import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * SQL that turns a column as a file has it into the column as the table has it, matching nested fields by id. DuckDB
 * itself matches only top-level columns by id, and nested ones by name.
 */
final class Projection {
    private Projection() {}

    /** Returns the expression for one column; its default where the file does not have it. */
    static String sql(String alias, Schema file, NestedField wanted) {
        NestedField stored = file.asStruct().field(wanted.fieldId());
        return stored == null
                ? Defaults.sql(wanted)
                : value(Sql.column(alias, stored.name()), stored.type(), wanted.type(), 0);
    }

    private static String value(String expression, Type from, Type to, int depth) {
        if (from.equals(to)) {
            return expression;
        }
        return switch (to.typeId()) {
            case STRUCT -> struct(expression, from.asStructType(), to.asStructType(), depth);
            case LIST ->
                list(
                        expression,
                        depth,
                        item -> value(
                                item,
                                from.asListType().elementType(),
                                to.asListType().elementType(),
                                depth + 1));
            case MAP -> map(expression, from.asMapType(), to.asMapType(), depth);
            default -> "CAST(%s AS %s)".formatted(expression, DuckTypes.of(to));
        };
    }

    private interface OfItem {
        String apply(String item);
    }

    private static String list(String expression, int depth, OfItem ofItem) {
        String item = "item" + depth;
        return "list_transform(%s, lambda %s: %s)".formatted(expression, item, ofItem.apply(item));
    }

    private static String struct(String expression, Types.StructType from, Types.StructType to, int depth) {
        String fields = to.fields().stream()
                .map(field -> Sql.identifier(field.name()) + " := " + field(expression, from, field, depth))
                .collect(Collectors.joining(", "));
        return "CASE WHEN %s IS NOT NULL THEN struct_pack(%s) END".formatted(expression, fields);
    }

    private static String field(String struct, Types.StructType from, NestedField wanted, int depth) {
        NestedField stored = from.field(wanted.fieldId());
        return stored == null
                ? Defaults.sql(wanted)
                : value(
                        "struct_extract(%s, %s)".formatted(struct, Sql.literal(stored.name())),
                        stored.type(),
                        wanted.type(),
                        depth);
    }

    private static String map(String expression, Types.MapType from, Types.MapType to, int depth) {
        String entries = list(
                "map_entries(" + expression + ")",
                depth,
                entry -> "struct_pack(key := %s, value := %s)"
                        .formatted(
                                value(entry + ".key", from.keyType(), to.keyType(), depth + 1),
                                value(entry + ".value", from.valueType(), to.valueType(), depth + 1)));
        return "CASE WHEN %s IS NOT NULL THEN map_from_entries(%s) END".formatted(expression, entries);
    }
}
