/**
 * Snowflake as a reader of the lake: what has to be there ({@link io.firn.catalog.snowflake.Ddl}), making it so
 * ({@link io.firn.catalog.snowflake.Apply}), days ({@link io.firn.catalog.snowflake.Days}) and what Snowflake would
 * refuse ({@link io.firn.catalog.snowflake.Readability}).
 */
@NullMarked
package io.firn.catalog.snowflake;

import org.jspecify.annotations.NullMarked;
