package io.firn.dq.expect;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.Expectation;
import io.firn.dq.result.Moment;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import io.firn.workbench.Workbench;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Looks whether tables are what they are expected to be, each at one snapshot. It writes nothing. */
public final class Checks {
    private final Workbench workbench;
    private final Map<String, CheckedTable> tables;
    private final History history;
    private final @Nullable SourceAccess source;
    private final KeyHints hints;

    /**
     * @param tables all tables that expectations may speak of
     * @param source null when the source cannot be asked
     * @param hints spare reading
     */
    public Checks(
            Workbench workbench,
            Collection<CheckedTable> tables,
            History history,
            @Nullable SourceAccess source,
            KeyHints hints) {
        this.workbench = workbench;
        this.tables = new LinkedHashMap<>();
        tables.forEach(table -> this.tables.put(table.name(), table));
        this.history = history;
        this.source = source;
        this.hints = hints;
    }

    /**
     * Looks at some of the tables. What fails to be measured is a result too.
     *
     * @param progress is told each table and expectation before it is looked at
     * @throws FirnException when it is interrupted
     */
    public List<Result> run(Run run, Collection<String> names, BiConsumer<String, String> progress) {
        List<Result> results = new ArrayList<>();
        try (Probe probe = new Probe(workbench, run, tables, history, source, hints)) {
            for (String name : names) {
                CheckedTable table = Objects.requireNonNull(tables.get(name), name);
                for (Expectation expectation : table.expectations()) {
                    if (isDue(expectation, run)) {
                        progress.accept(name, expectation.name());
                        results.add(result(probe, table, expectation));
                    }
                }
            }
        }
        return results;
    }

    /**
     * The source is compared as it is now, and days with what came after them; what takes long is looked at when
     * everything is.
     */
    private boolean isDue(Expectation expectation, Run run) {
        if (expectation instanceof Expectation.Source) {
            return run.scope() == Scope.FULL && run.moment() == Moment.HEAD && source != null;
        }
        if (expectation instanceof Expectation.Drift) {
            return run.scope() == Scope.FULL;
        }
        if (expectation instanceof Expectation.Late) {
            return run.moment() == Moment.HEAD;
        }
        boolean asksSource = expectation instanceof Expectation.Reconcile reconcile
                && reconcile.rightAt() == Expectation.Reconcile.Place.SOURCE;
        return !asksSource || run.moment() == Moment.HEAD;
    }

    private Result result(Probe probe, CheckedTable table, Expectation expectation) {
        long start = System.nanoTime();
        Finding finding = measured(probe, table, expectation);
        Decision decision = finding.decision();
        Run run = probe.run();
        return new Result(
                run.id(),
                table.name(),
                expectation.name(),
                expectation.kind(),
                expectation.severity(),
                table.snapshotId(),
                table.cut().number(),
                run.day(),
                run.moment(),
                decision.verdict(),
                decision.measured(),
                decision.threshold(),
                decision.detail(),
                decision.failing(),
                finding.sample(),
                finding.scope(),
                finding.state(),
                Duration.ofNanos(System.nanoTime() - start),
                run.now(),
                history.latest(table.name(), expectation.name())
                        .map(Result::alerted)
                        .orElse(false));
    }

    private Finding measured(Probe probe, CheckedTable table, Expectation expectation) {
        try {
            return measure(probe, table, expectation);
        } catch (FirnException e) {
            if (e.code() == ErrorCode.INTERRUPTED) {
                throw e;
            }
            return Finding.of(Decision.error(e.problems().get(0)));
        }
    }

    private Finding measure(Probe probe, CheckedTable table, Expectation expectation) {
        if (expectation instanceof Expectation.Unique unique) {
            return new UniqueCheck(probe, table, unique, UniqueCheck.Budget.USUAL).measure();
        }
        if (expectation instanceof Expectation.References references) {
            return new ReferencesCheck(probe, table, references).measure();
        }
        if (expectation instanceof Expectation.Freshness freshness) {
            return new TimeChecks(probe, table).freshness(freshness);
        }
        if (expectation instanceof Expectation.Volume volume) {
            return new TimeChecks(probe, table).volume(volume);
        }
        if (expectation instanceof Expectation.Columns columns) {
            return SchemaCheck.measure(probe, table, columns);
        }
        if (expectation instanceof Expectation.Nulls nulls) {
            return new ColumnChecks(probe, table).nulls(nulls);
        }
        if (expectation instanceof Expectation.Accepted accepted) {
            return new ColumnChecks(probe, table).accepted(accepted);
        }
        if (expectation instanceof Expectation.Rule rule) {
            return new ColumnChecks(probe, table).rule(rule);
        }
        if (expectation instanceof Expectation.Late late) {
            return LateCheck.measure(probe, table, late);
        }
        if (expectation instanceof Expectation.Drift drift) {
            return new ColumnChecks(probe, table).drift(drift);
        }
        if (expectation instanceof Expectation.Sql sql) {
            return new QueryChecks(probe).sql(sql);
        }
        if (expectation instanceof Expectation.Reconcile reconcile) {
            return new QueryChecks(probe).reconcile(reconcile);
        }
        return SourceCheck.measure(probe, table, Objects.requireNonNull(source));
    }
}
