package io.firn.engine.redis;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.RowForm;
import io.firn.workbench.Sql;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What a table's rows look like in Redis: the key and the values, and the DuckDB queries that make them.
 *
 * <p>DuckDB makes one text of all values of a row, for taking each value over from DuckDB by itself costs more than all
 * the rest.
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
     * Returns a query of rows: the leading columns, then the key and the values, and if there are links the number of
     * their arguments and these as RESP.
     *
     * @param leading expressions
     * @param from what follows FROM
     */
    String rows(List<String> leading, String from, Generation generation) {
        String outer =
                IntStream.range(0, leading.size()).mapToObj(i -> "l" + i + ", ").collect(Collectors.joining());
        String more =
                links.isEmpty() ? "" : ", CAST(%s AS BIGINT), encode(%s)".formatted(links.count(), links.arguments());
        Stream<String> inner = Stream.of(
                        IntStream.range(0, leading.size()).mapToObj(i -> leading.get(i) + " AS l" + i),
                        Stream.of(key(generation) + " AS k"),
                        IntStream.range(0, values.size())
                                .mapToObj(i -> values.get(i).sql() + " AS v" + i),
                        links.columns(schema, key(generation)).stream())
                .flatMap(part -> part);
        String row = form == RowForm.HASH ? packedValues(columns()) : text();
        return "SELECT %sencode(k), encode(%s)%s FROM (SELECT %s FROM %s)"
                .formatted(outer, row, more, inner.collect(Collectors.joining(", ")), from);
    }

    private List<String> columns() {
        return IntStream.range(0, values.size()).mapToObj(i -> "v" + i).toList();
    }

    /** Returns a query of the key and the values of rows, {@linkplain PackedRow packed} into one text. */
    String packed(String from, Generation generation) {
        List<String> parts = new ArrayList<>(List.of("k"));
        parts.addAll(form == RowForm.HASH ? columns() : List.of("(" + text() + ")"));
        String inner = IntStream.range(0, values.size())
                .mapToObj(i -> ", " + values.get(i).sql() + " AS v" + i)
                .collect(Collectors.joining());
        return "SELECT %s FROM (SELECT %s AS k%s FROM %s)".formatted(packedValues(parts), key(generation), inner, from);
    }

    private static String packedValues(List<String> texts) {
        return concat(texts.stream()
                .map(text -> "coalesce(CAST(strlen(%s) AS VARCHAR) || ':' || %s, '-')".formatted(text, text)));
    }

    /** What follows the version in a JSON object or array. */
    private String text() {
        Stream<String> parts = IntStream.range(0, values.size()).boxed().flatMap(i -> {
            String before =
                    form == RowForm.JSON ? ",\"" + jsonName(values.get(i).field()) + "\":" : ",";
            return Stream.of(Sql.literal(before), "coalesce(v" + i + ", 'null')");
        });
        String end = form == RowForm.JSON ? "'}'" : "']'";
        return concat(Stream.of(Stream.of("'\"'"), parts, Stream.of(end)).flatMap(part -> part));
    }

    private static String jsonName(String field) {
        return field.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** One call makes the text at once; a chain of operators copies it again and again. No part is null. */
    private static String concat(Stream<String> parts) {
        return parts.collect(Collectors.joining(", ", "concat(", ", '')"));
    }

    /** Returns an expression of one argument as RESP. */
    static String bulk(String text) {
        return "'$' || CAST(strlen(%1$s) AS VARCHAR) || %2$s || %1$s || %2$s".formatted(text, Sql.literal(END));
    }

    /** Returns an expression over the table: the row's key; null for a change that is of no row, such as a truncate. */
    String key(Generation generation) {
        return KeySql.ofRows(schema).of(key, generation);
    }
}
