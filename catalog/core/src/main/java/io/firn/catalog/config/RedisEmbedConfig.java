package io.firn.catalog.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Fields of another table's row, copied into the rows that refer to it.
 *
 * @param by the column that holds the other table's key
 * @param fields the other row's fields by the name they have here
 */
public record RedisEmbedConfig(String by, Map<String, String> fields) {

    public RedisEmbedConfig {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
