package io.firn.catalog.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One table in Redis.
 *
 * @param key template of a row's Redis key: {@code product:{product_id}}, with every key column in braces, and before
 *     them {@code {gen}} when every rebuild is to have keys of its own
 * @param form what a row is there
 * @param fields what a row has, by the name it has there: a column, or an expression of DuckDB over the row's columns;
 *     empty for all columns under their own names
 * @param sets which sets a row is a member of, by a name of no meaning
 * @param embed what of other tables' rows a row has, by table
 */
public record RedisTableConfig(
        String key,
        RowForm form,
        Map<String, String> fields,
        Map<String, RedisSetConfig> sets,
        Map<String, RedisEmbedConfig> embed) {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    private static final String GENERATION = "gen";

    public RedisTableConfig {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        sets = Collections.unmodifiableMap(new LinkedHashMap<>(sets));
        embed = Collections.unmodifiableMap(new LinkedHashMap<>(embed));
    }

    /** Rows that stand for themselves. */
    public RedisTableConfig(String key, RowForm form, Map<String, String> fields) {
        this(key, form, fields, Map.of(), Map.of());
    }

    /** Returns whether other keys must be changed with a row. */
    public boolean linked() {
        return !sets.isEmpty() || !embed.isEmpty();
    }

    /** A hash with all columns. */
    public RedisTableConfig(String key) {
        this(key, RowForm.HASH, Map.of());
    }

    /** The columns in braces, in order. */
    public List<String> keyColumns() {
        return PLACEHOLDER
                .matcher(key)
                .results()
                .map(match -> match.group(1))
                .filter(column -> !column.equals(GENERATION))
                .toList();
    }
}
