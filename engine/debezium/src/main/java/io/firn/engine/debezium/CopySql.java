package io.firn.engine.debezium;

import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.workbench.Sql;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Statements that read rows as CSV, each value in the text that the lake's types are read from. */
final class CopySql {
    private CopySql() {}

    /** Makes texts the same whatever the server's and the role's settings are. */
    static void configure(Statement statement) throws SQLException {
        statement.execute("SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres';"
                + " SET bytea_output = 'hex'; SET extra_float_digits = 3; SET client_encoding = 'UTF8';"
                + " SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = 0");
    }

    /** @param from what follows FROM */
    static String copy(SourceTable table, String from) {
        String values = table.columns().stream()
                .map(column -> value(column) + " AS " + Sql.identifier(column.name()))
                .collect(Collectors.joining(", "));
        return "COPY (SELECT %s FROM %s) TO STDOUT (FORMAT csv)".formatted(values, from);
    }

    private static String value(SourceColumn column) {
        String name = "t." + Sql.identifier(column.name());
        String type = column.type().toLowerCase(Locale.ROOT);
        if (type.endsWith("[]")) {
            return type.startsWith("money")
                    ? "array_to_json(%s::numeric[]::text[])".formatted(name)
                    : "array_to_json(%s::text[])".formatted(name);
        }
        return switch (type) {
            case "" -> "NULL";
            case "money" -> name + "::numeric";
            case "hstore" -> "hstore_to_json(" + name + ")";
            default -> name;
        };
    }

    /** @return the rows of a table whose key is one of {@code keys} */
    static String withKeys(SourceTable table, List<String> keyColumns, Collection<List<String>> keys) {
        String arrays = IntStream.range(0, keyColumns.size())
                .mapToObj(i -> array(table, keyColumns.get(i), i, keys))
                .collect(Collectors.joining(", "));
        String names =
                IntStream.range(0, keyColumns.size()).mapToObj(i -> "k" + i).collect(Collectors.joining(", "));
        String condition = IntStream.range(0, keyColumns.size())
                .mapToObj(i -> "t.%s = k.k%d".formatted(Sql.identifier(keyColumns.get(i)), i))
                .collect(Collectors.joining(" AND "));
        return "%s t JOIN unnest(%s) AS k(%s) ON %s".formatted(relation(table.name()), arrays, names, condition);
    }

    private static String array(SourceTable table, String column, int index, Collection<List<String>> keys) {
        String values = keys.stream()
                .map(key -> '"' + key.get(index).replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
        return "%s::%s[]".formatted(Sql.literal(values), type(table, column));
    }

    private static String type(SourceTable table, String column) {
        return table.columns().stream()
                .filter(declared -> declared.name().equals(column))
                .map(SourceColumn::type)
                .findFirst()
                .map(Objects::requireNonNull)
                .orElseThrow();
    }

    /** @param name with its schema: {@code public.product} */
    static String relation(String name) {
        int dot = name.indexOf('.');
        return Sql.identifier(name.substring(0, dot)) + "." + Sql.identifier(name.substring(dot + 1));
    }
}
