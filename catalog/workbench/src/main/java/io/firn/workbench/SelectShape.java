package io.firn.workbench;

import io.firn.catalog.FirnException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A select measured against a table's schema: its columns are the table's, and each has the type whose Parquet form the
 * table's readers expect, or one that casts to it without loss.
 *
 * @param fields the table's columns that the select has, in the select's order
 */
record SelectShape(List<NestedField> fields, List<String> casts) {
    private static final Set<String> INTEGERS = Set.of("TINYINT", "SMALLINT", "UTINYINT", "USMALLINT");
    private static final Set<String> TEXTS = Set.of("JSON", "UUID");
    private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\(\\d+,(\\d+)\\)");

    /** @throws FirnException when a column is unknown, has another type, or a required one is missing */
    static SelectShape of(Connection connection, Schema schema, String select) throws SQLException {
        List<NestedField> fields = new ArrayList<>();
        List<String> types = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("DESCRIBE " + select)) {
            while (rows.next()) {
                fields.add(known(schema, rows.getString(1)));
                types.add(rows.getString(2));
            }
        }
        requireAll(schema, fields);
        return new SelectShape(fields, casts(connection, fields, types));
    }

    private static NestedField known(Schema schema, String column) {
        NestedField field = FieldIds.field(schema, column);
        if (field == null) {
            throw FirnException.internal(
                    "the select has the column %s, which the table has not".formatted(column), null);
        }
        return field;
    }

    private static void requireAll(Schema schema, List<NestedField> selected) {
        String missing = schema.columns().stream()
                .filter(field -> field.isRequired() && !selected.contains(field))
                .map(NestedField::name)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw FirnException.internal("the select lacks required columns: " + missing, null);
        }
    }

    private static List<String> casts(Connection connection, List<NestedField> fields, List<String> types)
            throws SQLException {
        List<String> wanted = canonical(connection, fields);
        List<String> casts = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            String column = Sql.identifier(fields.get(i).name());
            if (types.get(i).equals(wanted.get(i))) {
                casts.add(column);
            } else if (lossless(types.get(i), wanted.get(i))) {
                casts.add("CAST(%s AS %s) AS %s".formatted(column, wanted.get(i), column));
            } else {
                throw FirnException.internal(
                        "column %s of the select is %s but must be %s"
                                .formatted(fields.get(i).name(), types.get(i), wanted.get(i)),
                        null);
            }
        }
        return casts;
    }

    /** The wanted types in DuckDB's own spelling, which DESCRIBE uses. */
    private static List<String> canonical(Connection connection, List<NestedField> fields) throws SQLException {
        String nulls = fields.stream()
                .map(field -> "CAST(NULL AS " + DuckTypes.of(field.type()) + ") AS " + Sql.identifier(field.name()))
                .collect(Collectors.joining(", ", "DESCRIBE SELECT ", ""));
        List<String> types = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(nulls)) {
            while (rows.next()) {
                types.add(rows.getString(2));
            }
        }
        return types;
    }

    /** A cast that fails, rather than change a value, when the value does not fit. */
    private static boolean lossless(String from, String to) {
        if (from.equals("\"NULL\"")) {
            return true;
        }
        return switch (to) {
            case "INTEGER" -> INTEGERS.contains(from);
            case "BIGINT" -> INTEGERS.contains(from) || from.equals("INTEGER") || from.equals("UINTEGER");
            case "DOUBLE" -> from.equals("FLOAT");
            case "VARCHAR" -> TEXTS.contains(from) || from.startsWith("ENUM(");
            case "TIMESTAMP" -> from.equals("TIMESTAMP_S") || from.equals("TIMESTAMP_MS");
            default -> widerScale(from, to);
        };
    }

    private static boolean widerScale(String from, String to) {
        var source = DECIMAL.matcher(from);
        var target = DECIMAL.matcher(to);
        return source.matches()
                && target.matches()
                && Integer.parseInt(source.group(1)) <= Integer.parseInt(target.group(1));
    }

    List<String> names() {
        return fields.stream().map(NestedField::name).toList();
    }

    /** Returns the select with its casts; row order is kept. */
    String cast(String select) {
        return casts.stream().allMatch(cast -> cast.startsWith("\""))
                ? select
                : "SELECT " + String.join(", ", casts) + " FROM (" + select + ")";
    }
}
