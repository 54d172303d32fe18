package io.firn.dq.result;

import io.firn.catalog.config.Expectation;
import io.firn.catalog.config.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Whether tables may be relied on. Pure. */
public final class Certification {
    private Certification() {}

    /**
     * Returns every table in the one group that it is certified with.
     *
     * @param declared tables by the name of their group
     */
    public static Map<String, List<String>> groups(Map<String, List<String>> declared, Collection<String> tables) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        List<String> alone = new ArrayList<>(tables);
        declared.forEach((name, members) -> {
            groups.put(name, members.stream().filter(tables::contains).toList());
            alone.removeAll(members);
        });
        groups.values().removeIf(List::isEmpty);
        alone.forEach(table -> groups.put(table, List.of(table)));
        return groups;
    }

    /**
     * Returns what keeps tables from being certified, one line each: critical expectations that failed, or that nobody
     * has looked at yet. One that waits, or has nothing to be compared with, is in nobody's way.
     *
     * @param expectations of a table
     * @param results the last one of each expectation
     */
    public static List<String> obstacles(
            Collection<String> tables, Function<String, List<Expectation>> expectations, Collection<Result> results) {
        Map<String, Result> last = new HashMap<>();
        results.forEach(result -> last.put(result.table() + "." + result.expectation(), result));
        List<String> obstacles = new ArrayList<>();
        for (String table : tables) {
            for (Expectation expectation : expectations.apply(table)) {
                String name = table + "." + expectation.name();
                Result result = last.get(name);
                if (expectation.severity() != Severity.CRITICAL) {
                    continue;
                }
                if (result == null) {
                    obstacles.add("%s: nobody has looked at it yet".formatted(name));
                } else if (result.verdict().isBad()) {
                    obstacles.add("%s: %s".formatted(name, result.detail()));
                }
            }
        }
        return obstacles;
    }

    /** Returns, of tables that were looked at, which ones have no critical failure in their group. */
    public static Map<String, Boolean> of(Map<String, List<String>> groups, Collection<Result> results) {
        Map<String, Boolean> certified = new LinkedHashMap<>();
        groups.values().forEach(members -> {
            boolean holds = results.stream()
                    .noneMatch(result -> members.contains(result.table()) && result.isCriticalFailure());
            members.stream()
                    .filter(table ->
                            results.stream().anyMatch(result -> result.table().equals(table)))
                    .forEach(table -> certified.put(table, holds));
        });
        return certified;
    }
}
