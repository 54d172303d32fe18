package io.firn.dq.expect;

import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.Expectation;
import io.firn.dq.TestLake;
import io.firn.dq.result.Moment;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import io.firn.dq.result.Verdict;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** Looks at a lake of a test, and remembers what was found. */
final class Looking {
    static final LocalDate DAY = LocalDate.of(2026, 11, 20);

    private final TestLake lake;
    private final @Nullable SourceAccess source;
    private final Map<String, Result> latest = new LinkedHashMap<>();
    private final Map<String, Result> held = new LinkedHashMap<>();
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private LocalDate day = DAY;
    private Set<String> sensitive = Set.of();
    private KeyHints hints = KeyHints.NONE;

    Looking(TestLake lake) {
        this(lake, null);
    }

    Looking(TestLake lake, @Nullable SourceAccess source) {
        this.lake = lake;
        this.source = source;
    }

    Looking at(Instant time) {
        now = time;
        return this;
    }

    Looking on(LocalDate other) {
        day = other;
        return this;
    }

    Looking hiding(String... columns) {
        sensitive = Set.of(columns);
        return this;
    }

    Looking knowing(KeyHints known) {
        hints = known;
        return this;
    }

    /** Looks at everything. */
    Result full(String table, Expectation expectation) {
        return look(table, expectation, Scope.FULL, Moment.HEAD);
    }

    /** Looks at what changed, where that is known. */
    Result changes(String table, Expectation expectation) {
        return look(table, expectation, Scope.INCREMENTAL, Moment.HEAD);
    }

    Result day(String table, Expectation expectation) {
        return look(table, expectation, Scope.INCREMENTAL, Moment.DAY);
    }

    Verdict verdict(String table, Expectation expectation) {
        return full(table, expectation).verdict();
    }

    /** Looks at uniqueness with a budget, as the usual one leaves little to count in a small table. */
    Finding unique(String name, Expectation.Unique expectation, UniqueCheck.Budget budget) {
        Run run = new Run("run", Moment.HEAD, day, Scope.INCREMENTAL, now, ZoneOffset.UTC);
        CheckedTable table = checked(name, List.of(expectation));
        try (Probe probe = new Probe(lake.workbench, run, Map.of(name, table), history(), source, hints)) {
            return new UniqueCheck(probe, table, expectation, budget).measure();
        }
    }

    private History history() {
        return new History(List.copyOf(latest.values()), List.copyOf(held.values()));
    }

    private Result look(String name, Expectation expectation, Scope scope, Moment moment) {
        List<CheckedTable> tables = new ArrayList<>();
        for (String each : lake.rows.keySet()) {
            tables.add(checked(each, each.equals(name) ? List.of(expectation) : List.of()));
        }
        Run run = new Run("run", moment, day, scope, now, ZoneOffset.UTC);
        Result result = new Checks(lake.workbench, tables, history(), source, hints)
                .run(run, List.of(name), (table, what) -> {})
                .get(0);
        latest.put(name + expectation.name(), result);
        if (result.verdict() == Verdict.HELD) {
            held.put(name + expectation.name(), result);
        }
        return result;
    }

    private CheckedTable checked(String name, List<Expectation> expectations) {
        Table table = lake.lake.table(name);
        Snapshot head = table.currentSnapshot();
        return new CheckedTable(
                name,
                table,
                lake.lake.table(TableDefinition.changeLogOf(name)),
                head == null ? null : (Long) head.snapshotId(),
                "public." + name,
                List.of("id"),
                expectations,
                sensitive);
    }
}
