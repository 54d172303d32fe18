package io.firn.engine.redis;

import io.firn.catalog.config.RedisSetConfig;
import io.firn.workbench.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What else is changed with a table's rows: the sets that a row is a member of, and fields of other rows copied into
 * it. Of each embedded table there is also a set of the rows that refer to one of its rows, which is how they are found
 * when it changes.
 */
record Links(List<SetLink> sets, List<Embedded> embedded) {
    static final Links NONE = new Links(List.of(), List.of());

    Links {
        sets = List.copyOf(sets);
        embedded = List.copyOf(embedded);
    }

    /**
     * A set of rows.
     *
     * @param key of the set
     */
    record SetLink(KeyTemplate key, RedisSetConfig config) {}

    /**
     * Fields of another table.
     *
     * @param other the other table's key
     * @param by the column of this table that stands for the other's key column
     * @param fields the other's and this table's in turn
     * @param references what the keys of sets of referring rows begin with, before the other row's key
     */
    record Embedded(String table, KeyTemplate other, String by, List<String> fields, String references) {
        Embedded {
            fields = List.copyOf(fields);
        }

        static Embedded of(String table, String parent, KeyTemplate other, String by, Map<String, String> fields) {
            List<String> pairs = new ArrayList<>();
            fields.forEach((ours, its) -> pairs.addAll(List.of(its, ours)));
            return new Embedded(parent, other, by, pairs, "firn:refs:" + table + ":");
        }

        /** Returns the set of rows that refer to a row of the other table. */
        byte[] referring(byte[] otherKey) {
            return new RespBuffer(64)
                    .raw(RedisSession.bytes(references))
                    .raw(otherKey)
                    .toBytes();
        }
    }

    boolean isEmpty() {
        return sets.isEmpty() && embedded.isEmpty();
    }

    /** Returns what stands before all rows in a call of the script. */
    List<String> head() {
        List<String> head = new ArrayList<>(List.of(Integer.toString(embedded.size())));
        for (Embedded one : embedded) {
            head.add(Integer.toString(one.fields().size()));
            head.addAll(one.fields());
        }
        return head;
    }

    /** One set as DuckDB expressions, all null for a row that is no member. */
    private record Membership(
            String key, String member, @Nullable String score) {}

    /** Returns the expressions that {@link #arguments} and {@link #count} take, each with its name. */
    List<String> columns(Schema schema, String rowKey) {
        List<String> columns = new ArrayList<>();
        KeySql keys = KeySql.ofValues(schema);
        for (int e = 0; e < embedded.size(); e++) {
            columns.add(other(keys, embedded.get(e)) + " AS e" + e);
        }
        List<Membership> memberships = memberships(schema, keys, rowKey);
        for (int s = 0; s < memberships.size(); s++) {
            Membership one = memberships.get(s);
            columns.add("%s AS sk%d".formatted(one.key(), s));
            columns.add("%s AS sm%d".formatted(one.member(), s));
            columns.add("%s AS sz%d".formatted(one.score() == null ? "''" : one.score(), s));
        }
        return columns;
    }

    private static String other(KeySql keys, Embedded one) {
        return keys.of(one.other(), Generation.NONE, column -> one.by());
    }

    private List<Membership> memberships(Schema schema, KeySql keys, String rowKey) {
        List<Membership> all = new ArrayList<>();
        for (Embedded one : embedded) {
            all.add(new Membership(Sql.literal(one.references()) + " || " + other(keys, one), rowKey, null));
        }
        for (SetLink set : sets) {
            String score = set.config().score();
            all.add(new Membership(
                    keys.of(set.key(), Generation.NONE),
                    text(schema, set.config().member()),
                    score == null ? null : "CAST(CAST(" + source(schema, score) + " AS DOUBLE) AS VARCHAR)"));
        }
        return all;
    }

    private static String text(Schema schema, String source) {
        var column = schema.findField(source);
        return column == null
                ? "CAST((" + source + ") AS VARCHAR)"
                : FieldText.of(column.type(), Sql.identifier(source));
    }

    private static String source(Schema schema, String source) {
        return schema.findField(source) == null ? "(" + source + ")" : Sql.identifier(source);
    }

    /** Returns an expression of how many arguments a row's links are. */
    String count() {
        return "%d + 3 * (%s)".formatted(embedded.size() + 1, memberships());
    }

    /** Returns queries of set, member and score (0 where there is none) of the rows of a relation. */
    List<String> members(Schema schema, String rowKey, String from) {
        List<String> queries = new ArrayList<>();
        for (Membership one : memberships(schema, KeySql.ofValues(schema), rowKey)) {
            queries.add("SELECT * FROM (SELECT %s AS s, %s AS m, CAST(%s AS DOUBLE) AS z FROM %s) WHERE %s"
                    .formatted(
                            one.key(),
                            one.member(),
                            one.score() == null ? "0" : one.score(),
                            from,
                            "s IS NOT NULL AND m IS NOT NULL AND isfinite(z)"));
        }
        return queries;
    }

    private String memberships() {
        return IntStream.range(0, size())
                .mapToObj(s -> "CAST(%s AS INTEGER)".formatted(isMember(s)))
                .collect(Collectors.joining(" + "));
    }

    /** Returns an expression of a row's links as RESP. */
    String arguments() {
        List<String> parts = new ArrayList<>();
        for (int e = 0; e < embedded.size(); e++) {
            parts.add(RowShape.bulk("coalesce(e%d, '')".formatted(e)));
        }
        parts.add(RowShape.bulk("CAST(" + memberships() + " AS VARCHAR)"));
        for (int s = 0; s < size(); s++) {
            parts.add("CASE WHEN %s THEN %s || %s || %s ELSE '' END"
                    .formatted(isMember(s), RowShape.bulk("sk" + s), RowShape.bulk("sm" + s), RowShape.bulk("sz" + s)));
        }
        return String.join(" || ", parts);
    }

    private int size() {
        return embedded.size() + sets.size();
    }

    private static String isMember(int set) {
        return "(sk%1$d IS NOT NULL AND sm%1$d IS NOT NULL AND sz%1$d IS NOT NULL AND sz%1$d NOT IN ('nan', 'inf', '-inf'))"
                .formatted(set);
    }
}
