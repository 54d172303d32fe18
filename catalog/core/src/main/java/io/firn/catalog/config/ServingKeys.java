package io.firn.catalog.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** {@code serving}: where rows are read beside the lake. */
final class ServingKeys {

    static final Key<String> KEY = Key.required(
            "key",
            Types.TEXT,
            "How a row's Redis key is made: `product:{product_id}`. Every key column of the table must be in it, in"
                    + " braces, and no other column. With `{gen}` before them, every rebuild has keys of its own:"
                    + " docs/serving.md.");
    static final Key<RowForm> FORM = Key.optional(
            "as",
            Types.oneOf(RowForm.class),
            "hash",
            "What a row is: `hash` with a field for each column; `json`, a string with an object; `packed`, a string with an"
                    + " array of the values.");
    static final Key<Map<String, String>> FIELDS = Key.optional(
            "fields",
            Types.PROPERTIES,
            "What a row has, by the name it has there: a column, or an expression over columns in DuckDB's SQL, such as"
                    + " `cents: \"CAST(price * 100 AS BIGINT)\"`. Left out, every column under its own name.");
    static final Key<String> SET_KEY = Key.required(
            "key", Types.TEXT, "How the set's Redis key is made, such as `category:{category}`, of any columns.");
    static final Key<String> MEMBER =
            Key.required("member", Types.TEXT, "What of a row is in the set: a column, or an expression over columns.");
    static final Key<String> SCORE = Key.optional(
            "score", Types.TEXT, "What a sorted set is sorted by: a number. Left out, the set has no order.");
    static final Section SETS = new Section(
            "sets",
            Section.Form.NAMED,
            "Sets and sorted sets that change with the rows, under names of your choice. For hashes on one primary.",
            List.of(SET_KEY, MEMBER, SCORE),
            List.of());
    static final Key<String> BY = Key.required("by", Types.TEXT, "The column that holds the other table's key.");
    static final Key<Map<String, String>> EMBEDDED =
            Key.required("fields", Types.PROPERTIES, "Fields of the other table's row, by the name they get here.");
    static final Section EMBED = new Section(
            "embed",
            Section.Form.NAMED,
            "Tables whose fields are copied into the rows that refer to them, and change there when they change. They must"
                    + " stand in `serving.redis.tables` themselves. For hashes on one primary.",
            List.of(BY, EMBEDDED),
            List.of());
    static final Section TABLES = new Section(
            "tables",
            Section.Form.NAMED,
            "The tables to project, by their name in `tables`.",
            List.of(KEY, FORM, FIELDS),
            List.of(SETS, EMBED));
    static final Key<String> URI = Key.required(
            "uri",
            Types.matching(
                    "redis address",
                    Pattern.compile("rediss?(?:-sentinel)?://[^/#\\s]+(?:/\\d*)?(?:#\\S+)?"),
                    "must be an address such as redis://localhost:6379"),
            "`redis://[user:password@]host:port[/database]`, `rediss` for TLS. Of a cluster, some nodes: `redis://a:6379,b:6379`. Of"
                    + " sentinels: `redis-sentinel://a:26379,b:26379#name`, where the name is the primary's.");
    static final Section REDIS = new Section(
            "redis",
            Section.Form.OPTIONAL,
            "Redis as a place for current rows. Left out, nothing is projected.",
            List.of(URI),
            List.of(TABLES));
    static final Section SERVING = new Section(
            "serving",
            Section.Form.ALWAYS,
            "Where rows are read beside the lake.",
            List.of(),
            List.of(REDIS, SnowflakeKeys.SNOWFLAKE));

    private ServingKeys() {}

    static void check(Values root, Problems problems) {
        Map<String, Values> tables = root.named(TableKeys.TABLES);
        root.part(SERVING)
                .findPart(REDIS)
                .map(redis -> redis.named(TABLES))
                .orElse(Map.of())
                .forEach((name, projected) -> {
                    Values table = tables.get(name);
                    if (table == null) {
                        problems.add(
                                projected.line(),
                                projected.path() + " must name one of the tables"
                                        + Suggestion.phrase(name, tables.keySet()));
                    } else {
                        checkKey(projected, table, problems);
                    }
                });
    }

    private static void checkKey(Values projected, Values table, Problems problems) {
        if (projected.find(KEY).isEmpty() || table.find(TableKeys.KEY).isEmpty()) {
            return;
        }
        String template = projected.of(KEY);
        Set<String> used = new TreeSet<>(new RedisTableConfig(template).keyColumns());
        Set<String> columns = new TreeSet<>(table.of(TableKeys.KEY));
        if (!used.equals(columns)) {
            problems.add(
                    projected.line(KEY),
                    projected.path("key") + " must have every key column in braces and no other ({"
                            + String.join("}, {", columns) + "}) but was " + template);
        }
    }

    static ServingConfig build(Values serving, Folder folder) {
        return new ServingConfig(
                serving.findPart(REDIS).map(ServingKeys::redis).orElse(null),
                serving.findPart(SnowflakeKeys.SNOWFLAKE)
                        .map(snowflake -> SnowflakeKeys.build(snowflake, folder))
                        .orElse(null));
    }

    private static RedisConfig redis(Values redis) {
        Map<String, RedisTableConfig> tables = new LinkedHashMap<>();
        redis.named(TABLES)
                .forEach((name, table) -> tables.put(
                        name,
                        new RedisTableConfig(
                                table.of(KEY),
                                table.of(FORM),
                                table.find(FIELDS).orElse(Map.of()))));
        return new RedisConfig(redis.of(URI), tables);
    }

    private static Map<String, RedisSetConfig> sets(Values table) {
        Map<String, RedisSetConfig> sets = new LinkedHashMap<>();
        table.named(SETS)
                .forEach((name, set) -> sets.put(
                        name,
                        new RedisSetConfig(
                                set.of(SET_KEY), set.of(MEMBER), set.find(SCORE).orElse(null))));
        return sets;
    }

    private static Map<String, RedisEmbedConfig> embed(Values table) {
        Map<String, RedisEmbedConfig> embed = new LinkedHashMap<>();
        table.named(EMBED)
                .forEach((name, other) -> embed.put(name, new RedisEmbedConfig(other.of(BY), other.of(EMBEDDED))));
        return embed;
    }
}
