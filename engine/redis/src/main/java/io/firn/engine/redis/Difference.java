package io.firn.engine.redis;

import org.jspecify.annotations.Nullable;

/**
 * A place where Redis is not as the lake.
 *
 * @param key the row's key in Redis
 * @param field the field that differs; empty when it is the whole row
 * @param lake the lake's value as text; null when the lake has none
 * @param redis the value in Redis; null when Redis has none
 */
public record Difference(
        String key,
        String field,
        @Nullable String lake,
        @Nullable String redis) {}
