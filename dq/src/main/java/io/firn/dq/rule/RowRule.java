package io.firn.dq.rule;

import io.firn.catalog.config.RuleConfig;
import io.firn.catalog.config.RuleSeverity;
import org.jspecify.annotations.Nullable;

/**
 * What every row of a table has to be.
 *
 * @param expression a boolean expression in DuckDB's SQL over the table's columns
 * @param threshold how many rows of one commit it may set aside before the table stops; null for no limit of its own
 */
public record RowRule(
        String name,
        String expression,
        RuleSeverity severity,
        @Nullable Long threshold) {
    static RowRule of(String name, RuleConfig config) {
        return new RowRule(name, config.that(), config.severity(), config.threshold());
    }

    /** Returns whether a row that breaks it is not to be written. */
    public boolean setsAside() {
        return severity != RuleSeverity.WARN;
    }

    /**
     * Returns whether its table has to stop.
     *
     * @param broken how many rows of one commit have broken it
     */
    public boolean stopsAt(long broken) {
        return severity == RuleSeverity.STOP || setsAside() && threshold != null && broken > threshold;
    }

    /** Returns why a row that breaks it was set aside. */
    public String reason() {
        return "rule %s: %s".formatted(name, expression.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    /**
     * Returns SQL that is true for a row that breaks the rule and false for any other: one for which the expression is
     * null holds, one for which it cannot be computed does not. The line end is for an expression that ends with a
     * comment.
     */
    public String broken() {
        return "TRY(coalesce((" + expression + "\n), true)) IS NOT TRUE";
    }
}
