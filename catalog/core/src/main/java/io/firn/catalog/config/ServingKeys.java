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
    static final Section TABLES = new Section(
            "tables",
            Section.Form.NAMED,
            "The tables to project, by their name in `tables`.",
            List.of(KEY, FORM, FIELDS),
            List.of());
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
}
