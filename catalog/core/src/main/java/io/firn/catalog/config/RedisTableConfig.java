package io.firn.catalog.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One table in Redis.
 *
 * @param key template of a row's Redis key: {@code product:{product_id}}, with every key column in braces, and before
 *     them {@code {gen}} when every rebuild is to have keys of its own
 */
public record RedisTableConfig(String key) {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    private static final String GENERATION = "gen";

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
