package io.firn.catalog.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One table in Redis.
 *
 * @param key template of a row's Redis key: {@code product:{product_id}}, with every key column in braces
 */
public record RedisTableConfig(String key) {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    /** The columns in braces, in order. */
    public List<String> keyColumns() {
        return PLACEHOLDER.matcher(key).results().map(match -> match.group(1)).toList();
    }
}
