package io.firn.catalog.config;

import org.jspecify.annotations.Nullable;

/**
 * A set of rows that is kept in step with them.
 *
 * @param key template of the set's Redis key, such as {@code category:{category}}
 * @param member what of a row is in the set: a column, or an expression of DuckDB
 * @param score what a sorted set is sorted by, a number; null for a set without an order
 */
public record RedisSetConfig(
        String key, String member, @Nullable String score) {}
