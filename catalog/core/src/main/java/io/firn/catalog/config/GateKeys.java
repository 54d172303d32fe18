package io.firn.catalog.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    static final Key<ColumnPolicy> POLICY = Key.required(
            "policy",
            Types.oneOf(ColumnPolicy.class),
            "What becomes of the column before anything is written anywhere: `drop` leaves it out, `mask` writes `****`,"
                    + " `hash` its keyed hash, `tokenize` another text of the same length and kinds of characters.");
    static final Section COLUMNS = new Section(
            "columns",
            Section.Form.NAMED,
            "The columns that do not go into the lake as they are, by name; none of the key. See"
                    + " docs/data-quality.md.",
            List.of(POLICY),
            List.of());

    static final Key<Secret> KEY = Key.secret(
            "key",
            "What hashes and tokens are made with, at least 16 characters; write `${NAME}` to take it from the"
                    + " environment. With another key the same value becomes another one.");
    static final Section PROTECTION = new Section(
            "protection",
            Section.Form.OPTIONAL,
            "The key of columns that are hashed or tokenized.",
            List.of(KEY),
            List.of());

    private static final int LEAST_KEY_CHARACTERS = 16;

    private GateKeys() {}

    static void checkProtection(Values root, Problems problems) {
        Optional<Secret> key = key(root);
        root.findPart(PROTECTION)
                .filter(part -> key.isPresent() && key.get().value().length() < LEAST_KEY_CHARACTERS)
                .ifPresent(part -> problems.add(
                        part.line(KEY),
                        "protection.key must have at least %d characters".formatted(LEAST_KEY_CHARACTERS)));
        root.named(TableKeys.TABLES)
                .forEach((name, table) -> table.named(COLUMNS)
                        .forEach((column, policy) -> checkColumn(table, column, policy, key.isPresent(), problems)));
    }

    private static void checkColumn(Values table, String column, Values policy, boolean hasKey, Problems problems) {
        if (table.find(TableKeys.KEY).orElse(List.of()).contains(column)) {
            problems.add(
                    policy.line(), policy.path() + " must not be a column of the key, which has to stay what it is");
        }
        if (!hasKey && policy.find(POLICY).filter(ColumnPolicy::isKeyed).isPresent()) {
            problems.add(policy.line(), policy.path() + " needs protection.key");
        }
    }

    private static Optional<Secret> key(Values root) {
        return root.findPart(PROTECTION).flatMap(part -> part.find(KEY));
    }

    static void check(Values table, Problems problems) {
        table.named(RULES).forEach((name, rule) -> {
            if (!NAME.matcher(name).matches()) {
                problems.add(
                        rule.line(),
                        rule.path() + " must be named in lowercase letters, digits, hyphens and underscores");
            }
        });
    }

    static GateConfig build(Values root, Values table) {
        Map<String, RuleConfig> rules = new LinkedHashMap<>();
        table.named(RULES)
                .forEach((name, rule) -> rules.put(
                        name,
                        new RuleConfig(
                                rule.of(THAT),
                                rule.of(SEVERITY),
                                rule.find(THRESHOLD).orElse(null))));
        Map<String, ColumnPolicy> columns = new LinkedHashMap<>();
        table.named(COLUMNS).forEach((name, policy) -> columns.put(name, policy.of(POLICY)));
        return new GateConfig(
                rules,
                columns,
                table.find(QUARANTINE_RATE).orElse(null),
                key(root).orElse(null));
    }
}
