package io.firn.catalog.config;

import org.jspecify.annotations.Nullable;

/**
 * What every row of a table has to be.
 *
 * @param that a boolean expression in DuckDB's SQL over the table's columns; null holds, as in SQL's CHECK
 * @param threshold how many rows of one commit may be set aside by it before the table stops; null for no limit of its
 *     own
 */
public record RuleConfig(
        String that, RuleSeverity severity, @Nullable Long threshold) {}
