package io.firn.dq.rule;

import io.firn.catalog.Cut;

/**
 * How one rule fared in one commit.
 *
 * @param table the table's name in the lake
 * @param cut the commit
 * @param checked rows that were looked at
 * @param broken how many of them broke the rule
 */
public record RuleResult(String table, RowRule rule, Cut cut, long checked, long broken) {
    public RuleResult {
        if (broken < 0 || broken > checked) {
            throw new IllegalArgumentException("broken must be at most %d but was %d".formatted(checked, broken));
        }
    }
}
