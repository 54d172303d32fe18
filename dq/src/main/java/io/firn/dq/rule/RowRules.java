package io.firn.dq.rule;

import io.firn.catalog.config.GateConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table's rules, as expressions over a relation that has the table's columns under their names. */
public record RowRules(List<RowRule> rules) {
    public RowRules {
        rules = List.copyOf(rules);
    }

    /** Returns the rules of a table's configuration, in its order. */
    public static RowRules of(GateConfig gate) {
        List<RowRule> rules = new ArrayList<>();
        gate.rules().forEach((name, rule) -> rules.add(RowRule.of(name, rule)));
        return new RowRules(rules);
    }

    /** Returns whether every row passes. */
    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /** Returns a list of aggregates: for each rule how many rows break it. */
    public String counts() {
        return rules.stream()
                .map(rule -> "count(*) FILTER (" + rule.broken() + ")")
                .collect(Collectors.joining(", "));
    }

    /** Returns a condition for the rows that are to be set aside. */
    public String setAside() {
        return rules.stream()
                .filter(RowRule::setsAside)
                .map(rule -> "(" + rule.broken() + ")")
                .collect(Collectors.joining(" OR ", "(", ")"));
    }

    /**
     * Returns the place of the first rule, from 0, that sets a row aside, one that stops the table before any other;
     * null for a row that is not.
     */
    public String first() {
        String cases = places(rule -> rule.stopsAt(0)) + places(rule -> rule.setsAside() && !rule.stopsAt(0));
        return "CASE" + cases + " END";
    }

    private String places(Predicate<RowRule> which) {
        return IntStream.range(0, rules.size())
                .filter(i -> which.test(rules.get(i)))
                .mapToObj(i -> " WHEN %s THEN %d".formatted(rules.get(i).broken(), i))
                .collect(Collectors.joining());
    }

    /** Returns whether any rule sets rows aside. */
    public boolean setAny() {
        return rules.stream().anyMatch(RowRule::setsAside);
    }
}
