package io.firn.engine.redis;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.RowForm;
import io.firn.workbench.Sql;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What a table's rows look like in Redis: the key and the values, and the DuckDB queries that make them.
 *
 * <p>DuckDB makes the very bytes that Redis is sent, for taking each value over from DuckDB by itself costs more than
 * all the rest.
 */
final class RowShape {
    private static final String END = "\r\n";

    private final KeyTemplate key;
    private final Schema schema;
    private final RowForm form;
    private final List<Value> values;
    private final Links links;

    private RowShape(KeyTemplate key, Schema schema, RowForm form, List<Value> values, Links links) {
        this.key = key;
        this.schema = schema;
        this.form = form;
        this.values = values;
        this.links = links;
    }

    /**
     * One of the values.
     *
     * @param field its name in Redis
     * @param sql a DuckDB expression: text in a hash, JSON elsewhere; null where there is no value
     */
    private record Value(String field, String sql) {}

    /**
     * Finds out what a table's rows are made of.
     *
     * @param schema of the current table or of its change log
     * @throws FirnException when a value has a name that Redis needs
     */
    static RowShape of(TableKeys table, Schema schema) {
        Map<String, String> fields = table.config().fields();
        RowForm form = table.config().form();
        Map<String, String> wanted = fields.isEmpty() ? columns(schema) : fields;
        List<Value> values = new ArrayList<>();
        wanted.forEach((field, source) -> {
            if (field.startsWith(RowPlace.VERSION_FIELD) || field.equals(RowPlace.SETS_FIELD)) {
                throw new FirnException(
                        ErrorCode.SCHEMA_INCOMPATIBLE,
                        "table %s has a column %s, which is a name that the projector needs in Redis"
                                .formatted(table.table(), field));
            }
            values.add(new Value(field, sql(schema, form, source)));
        });
        return new RowShape(table.template(), schema, form, values, table.links());
    }

    private static Map<String, String> columns(Schema schema) {
        Map<String, String> columns = new LinkedHashMap<>();
        schema.columns().stream()
                .map(NestedField::name)
                .filter(name -> !ChangeLogColumns.ALL.contains(name))
                .forEach(name -> columns.put(name, name));
        return columns;
    }

    private static String sql(Schema schema, RowForm form, String source) {
        NestedField column = schema.findField(source);
        if (column == null) {
            return form == RowForm.HASH
                    ? "CAST((" + source + ") AS VARCHAR)"
                    : "CAST(to_json(" + source + ") AS VARCHAR)";
        }
        String name = Sql.identifier(source);
        return form == RowForm.HASH ? FieldText.of(column.type(), name) : FieldText.json(column.type(), name);
    }

    /** Returns the names of the fields, in the order in which a row is packed. */
    List<String> fields() {
        return form == RowForm.HASH ? values.stream().map(Value::field).toList() : List.of("");
    }

    /**
     * Returns a query of rows as guarded scripts take them: the leading columns, then the key, the number of arguments,
     * and the arguments as RESP.
     *
     * @param leading expressions
     * @param from what follows FROM
     */
    String guarded(List<String> leading, String from, Generation generation) {
        if (form != RowForm.HASH) {
            return query(leading, from, generation, "1", bulk("'\"' || " + text() + suffix()));
        }
        String present = "CAST(2 * (" + sum("IS NOT NULL") + ") AS VARCHAR)";
        String absent = "CAST(" + sum("IS NULL") + " AS VARCHAR)";
        String removals = concat(i -> "CASE WHEN v%d IS NULL THEN %s ELSE '' END"
                .formatted(i, Sql.literal(encoded(values.get(i).field()))));
        String arguments = "%s || %s || %s || %s".formatted(bulk(present), pairs(), bulk(absent), removals);
        String count = "2 + 2 * (%s) + (%s)".formatted(sum("IS NOT NULL"), sum("IS NULL"));
        return links.isEmpty()
                ? query(leading, from, generation, count, arguments)
                : query(
                        leading,
                        from,
                        generation,
                        count + " + " + links.count(),
                        arguments + " || " + links.arguments());
    }

    /** Returns a query of rows for commands without a guard: the key, the number of arguments, and the arguments. */
    String plain(String from, Generation generation, byte[] version) {
        if (form != RowForm.HASH) {
            String head = new String(RowPlace.whole(form).version(), StandardCharsets.US_ASCII)
                    + new String(version, StandardCharsets.US_ASCII) + "\"";
            return query(List.of(), from, generation, "1", bulk(Sql.literal(head) + " || " + text() + suffix()));
        }
        return query(List.of(), from, generation, "2 * (" + sum("IS NOT NULL") + ")", pairs());
    }

    private String query(List<String> leading, String from, Generation generation, String count, String arguments) {
        String outer =
                IntStream.range(0, leading.size()).mapToObj(i -> "l" + i + ", ").collect(Collectors.joining());
        Stream<String> inner = Stream.of(
                        IntStream.range(0, leading.size()).mapToObj(i -> leading.get(i) + " AS l" + i),
                        Stream.of(key(generation) + " AS k"),
                        IntStream.range(0, values.size())
                                .mapToObj(i -> values.get(i).sql() + " AS v" + i),
                        links.columns(schema, key(generation)).stream())
                .flatMap(part -> part);
        return "SELECT %sencode(k), CAST(%s AS BIGINT), encode(%s) FROM (SELECT %s FROM %s)"
                .formatted(outer, count, arguments, inner.collect(Collectors.joining(", ")), from);
    }

    /** Returns a query of the key and the values of rows, {@linkplain PackedRow packed} into one text. */
    String packed(String from, Generation generation) {
        List<String> parts = new ArrayList<>(List.of(key(generation)));
        if (form == RowForm.HASH) {
            values.forEach(value -> parts.add(value.sql()));
            return "SELECT %s FROM %s".formatted(packedValues(parts), from);
        }
        String inner = IntStream.range(0, values.size())
                .mapToObj(i -> values.get(i).sql() + " AS v" + i)
                .collect(Collectors.joining(", "));
        return "SELECT %s FROM (SELECT %s AS k, %s FROM %s)"
                .formatted(
                        packedValues(List.of("k", "('\"' || " + text() + suffix() + ")")), parts.get(0), inner, from);
    }

    private static String packedValues(List<String> texts) {
        return texts.stream()
                .map(text -> "coalesce(CAST(strlen(%s) AS VARCHAR) || ':' || %s, '-')".formatted(text, text))
                .collect(Collectors.joining(" || "));
    }

    /** The values of a JSON object or array, after the version. */
    private String text() {
        return concat(i -> {
            String before =
                    form == RowForm.JSON ? ",\"" + jsonName(values.get(i).field()) + "\":" : ",";
            return "%s || coalesce(v%d, 'null')".formatted(Sql.literal(before), i);
        });
    }

    private static String jsonName(String field) {
        return field.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private String suffix() {
        return form == RowForm.JSON ? " || '}'" : " || ']'";
    }

    private String pairs() {
        return concat(i ->
                "CASE WHEN v%1$d IS NULL THEN '' ELSE %2$s || CAST(strlen(v%1$d) AS VARCHAR) || %3$s || v%1$d || %3$s END"
                        .formatted(i, Sql.literal(encoded(values.get(i).field()) + "$"), Sql.literal(END)));
    }

    private String sum(String condition) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> "CAST(v%d %s AS INTEGER)".formatted(i, condition))
                .collect(Collectors.joining(" + "));
    }

    private String concat(IntFunction<String> part) {
        return IntStream.range(0, values.size()).mapToObj(part).collect(Collectors.joining(" || "));
    }

    /** Returns an expression of one argument as RESP. */
    static String bulk(String text) {
        return "'$' || CAST(strlen(%1$s) AS VARCHAR) || %2$s || %1$s || %2$s".formatted(text, Sql.literal(END));
    }

    private static String encoded(String argument) {
        return "$" + RedisSession.bytes(argument).length + END + argument + END;
    }

    /** Returns an expression over the table: the row's key; null for a change that is of no row, such as a truncate. */
    String key(Generation generation) {
        return new KeySql(schema).of(key, generation);
    }
}
