package io.firn.catalog.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Redis as a place for current rows.
 *
 * @param uri {@code redis://[user:password@]host:port[/database]}, or {@code rediss} for TLS
 * @param tables how rows of each projected table are named, by table name
 */
public record RedisConfig(String uri, Map<String, RedisTableConfig> tables) {

    public RedisConfig {
        tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
    }

    @Override
    public String toString() {
        return "RedisConfig[uri=%s, tables=%s]".formatted(Secret.maskUri(uri), tables);
    }
}
