package io.firn.cli.service;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.Cut;
import io.firn.compactor.CompactionResult;
import io.firn.dq.rule.RuleResult;
import io.firn.engine.ingest.IngestListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * What the service counts and measures, as Prometheus reads it; docs/operations.md lists the names.
 *
 * @see <a href="https://prometheus.io/docs/practices/naming/">Prometheus' rules for names and units</a>
 */
public final class Metrics implements IngestListener {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Clock clock;
    private final Timer lag;
    private volatile double budgetLeft = Double.NaN;

    Metrics(Clock clock) {
        this.clock = clock;
        this.lag = Timer.builder("firn.commit.lag")
                .description("From the source's commit to readable in the lake, of the newest change of each cut")
                .serviceLevelObjectives(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(15))
                .register(registry);
        new ProcessorMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
    }

    /** State that is looked up when somebody asks. */
    Gauges gauges() {
        return new Gauges(registry, clock);
    }

    @Override
    public void logged(String table, CommitReceipt receipt, long changes) {
        counter("firn.changes", "Changes in the change log", table).increment(changes);
    }

    @Override
    public void finished(Cut cut, long changes) {
        counter("firn.cuts", "Cuts in the lake", Tags.empty()).increment();
        Duration took = Duration.between(cut.committedAt(), clock.instant());
        boolean hasTime = !cut.committedAt().equals(Instant.EPOCH) && !took.isNegative();
        if (hasTime) {
            lag.record(took);
        }
    }

    @Override
    public void rejected(String table, String reason) {
        counter("firn.quarantined.records", "Records put into quarantine", table)
                .increment();
    }

    @Override
    public void ruled(RuleResult result) {
        Tags tags = Tags.of("table", result.table(), "rule", result.rule().name());
        counter("firn.rule.broken", "Changes whose row broke a rule", tags).increment(result.broken());
    }

    /** What the day's budget leaves to compaction. */
    void budgetLeft(long bytes) {
        budgetLeft = Math.max(0, bytes);
    }

    double budgetLeft() {
        return budgetLeft;
    }

    void compacted(String table, CompactionResult result) {
        counter("firn.compaction.read.bytes", "Bytes of files that compaction replaced", table)
                .increment(result.bytesBefore());
        counter("firn.compaction.written.bytes", "Bytes of files that compaction wrote", table)
                .increment(result.bytesAfter());
        counter("firn.compaction.failures", "Groups that could not be rewritten or proven", table)
                .increment(result.failed().size());
    }

    private Counter counter(String name, String meaning, String table) {
        return counter(name, meaning, Tags.of("table", table));
    }

    private Counter counter(String name, String meaning, Tags tags) {
        return Counter.builder(name).description(meaning).tags(tags).register(registry);
    }

    /** @return all of them in Prometheus' text format, version 0.0.4 */
    public String scrape() {
        return registry.scrape();
    }
}
