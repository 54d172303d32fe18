/**
 * What every row has to be: {@link io.firn.dq.rule.RowRules} are a table's, {@link io.firn.dq.rule.RuleCheck} finds
 * what is wrong with them before any row comes, and {@link io.firn.dq.rule.RuleResult} says how many rows broke one.
 */
@NullMarked
package io.firn.dq.rule;

import org.jspecify.annotations.NullMarked;
