package io.firn.dq.expect;

import io.firn.catalog.config.Expectation;
import io.firn.catalog.config.Expectation.Accepted;
import io.firn.catalog.config.Expectation.Drift;
import io.firn.catalog.config.Expectation.Nulls;
import io.firn.catalog.config.Expectation.Rule;
import io.firn.catalog.config.RuleSeverity;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import io.firn.dq.rule.RowRule;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Looks at the values of one column, or of the columns of one rule. */
final class ColumnChecks {
    /** A distribution is compared with one of up to so many days before. */
    private static final long BASELINE_DAYS = 7;

    private static final String VIEW = "firn:column";

    private final Probe probe;
    private final CheckedTable table;

    ColumnChecks(Probe probe, CheckedTable table) {
        this.probe = probe;
        this.table = table;
    }

    private TableView view(List<String> columns) {
        return probe.view(VIEW, table.scan().select(columns));
    }

    private List<String> keyAnd(List<String> others) {
        Set<String> columns = new LinkedHashSet<>(table.key());
        columns.addAll(others);
        return new ArrayList<>(columns);
    }

    Finding nulls(Nulls nulls) {
        String column = Sql.identifier(nulls.label());
        List<Long> counts;
        try (TableView view = view(List.of(nulls.label()))) {
            counts = probe.counts(
                    "SELECT count(*) - count(%s), count(*) FROM %s".formatted(column, Sql.identifier(view.name())));
        }
        Decision decision = Verdicts.nulls(counts.get(0), counts.get(1), nulls.atMost());
        return Finding.of(decision, decision.failing() == 0 ? List.of() : sample(nulls.label(), column + " IS NULL"));
    }

    private List<Map<String, String>> sample(String column, String condition) {
        try (TableView view = view(keyAnd(List.of(column)))) {
            return probe.sample(
                    "SELECT * FROM %s WHERE %s".formatted(Sql.identifier(view.name()), condition), table.sensitive());
        }
    }

    Finding accepted(Accepted accepted) {
        String column = Sql.identifier(accepted.label());
        String other = "%s IS NOT NULL AND CAST(%s AS VARCHAR) NOT IN (%s)"
                .formatted(column, column, Sql.literals(accepted.values()));
        return rows(accepted, List.of(accepted.label()), other, Verdicts::accepted);
    }

    Finding rule(Rule rule) {
        RowRule broken = new RowRule(rule.label(), rule.that(), RuleSeverity.WARN, null);
        return rows(rule, mentioned(rule.that()), broken.broken(), Verdicts::rule);
    }

    /** At least the columns that an expression is about: their names are in it. */
    private List<String> mentioned(String expression) {
        String text = expression.toLowerCase(Locale.ROOT);
        return table.scan().schema().columns().stream()
                .map(NestedField::name)
                .filter(name -> text.contains(name.replace("\"", "\"\"").toLowerCase(Locale.ROOT)))
                .toList();
    }

    /** Looks for rows that should not be. Since there were last found to be none, only changed rows can be such. */
    private Finding rows(Expectation expectation, List<String> columns, String bad, LongFunction<Decision> decide) {
        String definition = Definition.of(expectation);
        Optional<Result> base = probe.run().scope() == Scope.FULL || table.log() == null
                ? Optional.empty()
                : probe.history()
                        .held(table.name(), expectation.name())
                        .filter(held -> definition.equals(held.state()));
        List<String> shown = keyAnd(columns);
        if (base.isPresent()) {
            try (ChangedKeys changes =
                    ChangedKeys.after(probe, table, base.get().cut(), columns)) {
                if (changes.truncates() == 0) {
                    String condition = "%s AND (%s)".formatted(changes.alive(), bad);
                    return rows(changes.name(), condition, shown, decide, Scope.INCREMENTAL, definition);
                }
            }
        }
        try (TableView view = view(shown)) {
            return rows(Sql.identifier(view.name()), bad, shown, decide, Scope.FULL, definition);
        }
    }

    private Finding rows(
            String relation,
            String bad,
            List<String> shown,
            LongFunction<Decision> decide,
            Scope scope,
            String definition) {
        Decision decision = decide.apply(probe.count("SELECT count(*) FROM %s WHERE %s".formatted(relation, bad)));
        String rows = "SELECT %s FROM %s WHERE %s".formatted(Sql.identifiers(shown), relation, bad);
        List<Map<String, String>> sample = decision.failing() == 0 ? List.of() : probe.sample(rows, table.sensitive());
        return new Finding(decision, sample, scope, definition);
    }

    Finding drift(Drift drift) {
        @Nullable
        Profile before = Profile.parse(probe.history()
                .latest(table.name(), drift.name())
                .map(Result::state)
                .orElse(null));
        try (TableView view = view(List.of(drift.label()))) {
            String values = "(SELECT CAST(%s AS DOUBLE) AS x FROM %s)"
                    .formatted(Sql.identifier(drift.label()), Sql.identifier(view.name()));
            Profile now = before == null ? null : profile(values, before.edges());
            boolean hasRows = probe.count("SELECT count(*) FROM " + values) > 0;
            Decision decision = hasRows && before == null
                    ? Decision.unknown("this is the first look")
                    : Verdicts.drift(before, now, drift.atMost());
            Profile next = before != null && !isOld(before) ? before : profile(values, edges(values));
            return new Finding(decision, List.of(), Scope.FULL, next == null ? null : next.json());
        }
    }

    private boolean isOld(Profile profile) {
        return ChronoUnit.DAYS.between(
                        LocalDate.parse(profile.day()), probe.run().day())
                >= BASELINE_DAYS;
    }

    /** The deciles, each once. */
    private List<Double> edges(String values) {
        return probe
                .numbers("SELECT %s FROM %s"
                        .formatted(
                                IntStream.range(1, 10)
                                        .mapToObj("approx_quantile(x, 0.%d)"::formatted)
                                        .collect(Collectors.joining(", ")),
                                values))
                .stream()
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .distinct()
                .sorted()
                .toList();
    }

    /** Null when there are no rows. */
    private @Nullable Profile profile(String values, List<Double> edges) {
        List<String> bins = new ArrayList<>();
        for (int i = 0; i <= edges.size(); i++) {
            String from = i == 0 ? "true" : "x >= " + edges.get(i - 1);
            String to = i == edges.size() ? "true" : "x < " + edges.get(i);
            bins.add("count(*) FILTER (x IS NOT NULL AND %s AND %s)".formatted(from, to));
        }
        List<Long> counts = probe.counts(
                "SELECT %s, count(*) FILTER (x IS NULL), count(*) FROM %s".formatted(String.join(", ", bins), values));
        double rows = counts.get(counts.size() - 1);
        return rows == 0
                ? null
                : new Profile(
                        probe.run().day().toString(),
                        edges,
                        counts.subList(0, counts.size() - 1).stream()
                                .map(count -> count / rows)
                                .toList());
    }
}
