package io.firn.catalog.config;

import org.jspecify.annotations.Nullable;

/**
 * Where current rows are served from.
 *
 * @param redis null when nothing is projected
 */
public record ServingConfig(@Nullable RedisConfig redis) {}
