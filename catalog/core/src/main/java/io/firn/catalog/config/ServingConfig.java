package io.firn.catalog.config;

import org.jspecify.annotations.Nullable;

/**
 * Where rows are read beside the lake.
 *
 * @param redis null when nothing is projected
 * @param snowflake null when Snowflake does not read the lake
 */
public record ServingConfig(
        @Nullable RedisConfig redis, @Nullable SnowflakeConfig snowflake) {}
