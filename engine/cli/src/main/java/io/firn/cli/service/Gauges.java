package io.firn.cli.service;

import io.firn.cli.status.TableStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** State that is looked up when somebody asks; what is not known is NaN. */
final class Gauges {
    private final MeterRegistry registry;
    private final Clock clock;

    Gauges(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** @param zone whose midnight ends a day */
    void tables(Supplier<Map<String, TableStatus>> tables, Collection<String> names, ZoneId zone) {
        for (String name : names) {
            gauge("firn.table.rows", "Rows of the current table", name, tables, TableStatus::rows);
            gauge("firn.table.files", "Data files of the current table", name, tables, TableStatus::files);
            gauge("firn.table.delete.files", "Delete files", name, tables, TableStatus::deleteFiles);
            gauge("firn.table.size.bytes", "Bytes of the current table's files", name, tables, TableStatus::bytes);
            gauge("firn.table.cut", "The last cut in the table", name, tables, TableStatus::cut);
            gauge(
                    "firn.table.days",
                    "Days that are tagged",
                    name,
                    tables,
                    table -> table.days().size());
            gauge(
                    "firn.table.newest.day.end.seconds",
                    "When the newest tagged day ended, since 1970",
                    name,
                    tables,
                    table -> end(table.newestDay(), zone));
            gauge(
                    "firn.table.stopped",
                    "1 while the table takes no more changes",
                    name,
                    tables,
                    table -> table.stopped() == null ? 0 : 1);
            gauge("firn.table.age.seconds", "Since the table's last commit", name, tables, t -> age(t.committed()));
        }
    }

    private static double end(@Nullable LocalDate day, ZoneId zone) {
        return day == null ? Double.NaN : day.plusDays(1).atStartOfDay(zone).toEpochSecond();
    }

    void activities(List<Supervisor> activities) {
        for (Supervisor activity : activities) {
            Gauge.builder("firn.activity.up", activity, each -> each.state().isWell() ? 1 : 0)
                    .description("1 while the activity does its work")
                    .tag("activity", activity.state().name())
                    .strongReference(true)
                    .register(registry);
        }
    }

    void verified(Supplier<Map<String, VerifyState>> states, Collection<String> names) {
        for (String name : names) {
            gauge(
                    "firn.verify.equal",
                    "1 while nothing is known to differ from PostgreSQL",
                    name,
                    states,
                    state -> state.isEqual() ? 1 : 0);
            gauge(
                    "firn.verify.covered.age.seconds",
                    "Since every part of the table had been compared",
                    name,
                    states,
                    state -> age(state.coveredAt()));
        }
    }

    void projected(Supplier<Map<String, Long>> cuts, Collection<String> names) {
        names.forEach(name -> gauge("firn.redis.cut", "The last cut in Redis", name, cuts, Long::doubleValue));
    }

    void lag(Supplier<Optional<Duration>> lag) {
        number(
                "firn.source.lag.seconds",
                "Since when a change waits that is not in the lake",
                () -> lag.get().map(Gauges::seconds).orElse(Double.NaN));
    }

    /** @param budgetLeft bytes that compaction may still rewrite today */
    void limits(long budgetBytes, DoubleSupplier budgetLeft, MemoryBudget memory) {
        number("firn.compaction.budget.bytes", "Bytes that may be rewritten in a day", () -> budgetBytes);
        number("firn.compaction.budget.left.bytes", "What is left of them today", budgetLeft);
        number("firn.memory.workbench.bytes", "DuckDB's limit", memory::workbenchBytes);
        number("firn.memory.compaction.bytes", "The limit of compaction's DuckDB", memory::compactionBytes);
    }

    private void number(String metric, String meaning, DoubleSupplier value) {
        Gauge.builder(metric, value, DoubleSupplier::getAsDouble)
                .description(meaning)
                .strongReference(true)
                .register(registry);
    }

    private <T> void gauge(
            String metric, String meaning, String table, Supplier<Map<String, T>> all, ToDoubleFunction<T> value) {
        Gauge.builder(metric, all, source -> {
                    T one = source.get().get(table);
                    return one == null ? Double.NaN : value.applyAsDouble(one);
                })
                .description(meaning)
                .tag("table", table)
                .strongReference(true)
                .register(registry);
    }

    private double age(@Nullable Instant since) {
        return since == null ? Double.NaN : seconds(Duration.between(since, clock.instant()));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
