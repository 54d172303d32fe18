package io.firn.catalog.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code rules} and {@code columns} of a table: what its rows have to pass on their way into the lake. */
final class GateKeys {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]*");

    static final Key<String> THAT = Key.required(
            "that",
            Types.TEXT,
            "A boolean expression in DuckDB's SQL over the columns of the row after a change, such as `price >= 0`."
                    + " A row for which it is false, or fails, breaks the rule; null holds, as in SQL's `CHECK`.");
    static final Key<RuleSeverity> SEVERITY = Key.optional(
            "severity",
            Types.oneOf(RuleSeverity.class),
            "quarantine",
            "What happens to a row that breaks it: `quarantine` sets it aside, `warn` counts it, `stop` sets it aside and"
                    + " stops the table.");
    static final Key<Long> THRESHOLD = Key.optional(
            "threshold",
            Types.COUNT_OR_NONE,
            "How many rows of one commit it may set aside before the table stops. Left out, only the table's own"
                    + " thresholds count.");
    static final Section RULES = new Section(
            "rules",
            Section.Form.NAMED,
            "What every row of the table has to be, by the rule's name. See docs/data-quality.md.",
            List.of(THAT, SEVERITY, THRESHOLD),
            List.of());

    static final Key<Double> QUARANTINE_RATE = Key.optional(
            "quarantine-rate",
            Types.PERCENT,
            "How much of one commit's changes, of a hundred or more, may go to quarantine before the table stops, as in"
                    + " `5%`. Left out, only numbers count.");

    private GateKeys() {}

    static void check(Values table, Problems problems) {
        table.named(RULES).forEach((name, rule) -> {
            if (!NAME.matcher(name).matches()) {
                problems.add(
                        rule.line(),
                        rule.path() + " must be named in lowercase letters, digits, hyphens and underscores");
            }
        });
    }

    static GateConfig build(Values table) {
        Map<String, RuleConfig> rules = new LinkedHashMap<>();
        table.named(RULES)
                .forEach((name, rule) -> rules.put(
                        name,
                        new RuleConfig(
                                rule.of(THAT),
                                rule.of(SEVERITY),
                                rule.find(THRESHOLD).orElse(null))));
        return new GateConfig(rules, Map.of(), table.find(QUARANTINE_RATE).orElse(null));
    }
}
