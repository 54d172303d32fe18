package io.firn.cli.service;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import io.firn.compactor.rewrite.Hooks;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pass over all tables and their change logs, by turns, within the budget of the day. */
final class Compacting implements Scheduled.Job {
    private static final Logger LOG = LoggerFactory.getLogger(Compacting.class);

    private final FirnConfig config;
    private final Lake lake;
    private final Metrics metrics;
    private final Clock clock;
    private final Tracer tracer;
    private final Committing committing;
    private final List<String> waiting;

    /** Makes commits of the compaction at a good moment. */
    interface Committing {
        /**
         * Runs a commit, once.
         *
         * @param table the table's name in the lake
         */
        void commit(String table, Collection<DataFile> added, Runnable commit);
    }

    /** @param committing who knows when the tables' writer is not disturbed */
    Compacting(FirnConfig config, Lake lake, Metrics metrics, Clock clock, Tracer tracer, Committing committing) {
        this.config = config;
        this.lake = lake;
        this.metrics = metrics;
        this.clock = clock;
        this.tracer = tracer;
        this.committing = committing;
        this.waiting = new ArrayList<>(config.tables().keySet());
    }

    @Override
    public void run(Scheduled.Stopping stopping) {
        List<String> failures = new ArrayList<>();
        List<Table> tables = Compaction.tables(lake, waiting);
        Context pass = Context.current();
        try (Compaction compaction = Compaction.open(config.compaction(), config.workbench())) {
            long left = left(tables);
            metrics.budgetLeft(left);
            compaction.runAll(tables, left, stopping::isSo, hooks(), result -> {
                String name = plain(result.table());
                report(name, result);
                trace(pass, name, result);
                result.failed().forEach(group -> failures.add("%s: %s".formatted(name, group.detail())));
            });
        }
        metrics.budgetLeft(left(tables));
        waiting.add(waiting.remove(0));
        if (!failures.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, failures);
        }
    }

    private Hooks hooks() {
        return new Hooks() {
            @Override
            public void commit(Table table, Collection<DataFile> added, Runnable commit) {
                committing.commit(plain(table.name()), added, commit);
            }
        };
    }

    /** A table's name without its catalog and its namespace. */
    private static String plain(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** What the day's budget leaves. */
    private long left(List<Table> tables) {
        ZoneId zone = config.snapshots().zone();
        Instant midnight =
                LocalDate.ofInstant(clock.instant(), zone).atStartOfDay(zone).toInstant();
        return config.compaction().budgetBytes() - Compaction.bytesRewrittenSince(midnight, tables);
    }

    private void report(String name, CompactionResult result) {
        metrics.compacted(name, result);
        if (result.filesBefore() > 0) {
            LOG.atInfo()
                    .addKeyValue("table", name)
                    .addKeyValue("files_before", result.filesBefore())
                    .addKeyValue("files_after", result.filesAfter())
                    .addKeyValue("bytes_before", result.bytesBefore())
                    .addKeyValue("bytes_after", result.bytesAfter())
                    .addKeyValue("took_ms", result.took().toMillis())
                    .log("compacted");
        }
    }

    /** A span for each table of which something was rewritten. */
    private void trace(Context pass, String name, CompactionResult result) {
        if (result.filesBefore() == 0 && result.failed().isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        Span span = tracer.spanBuilder("firn.compact.table")
                .setParent(pass)
                .setStartTimestamp(now.minus(result.took()))
                .setAttribute("firn.table", name)
                .setAttribute("firn.files_before", result.filesBefore())
                .setAttribute("firn.files_after", result.filesAfter())
                .setAttribute("firn.bytes_before", result.bytesBefore())
                .setAttribute("firn.bytes_after", result.bytesAfter())
                .startSpan();
        result.failed().forEach(group -> span.setStatus(StatusCode.ERROR, String.valueOf(group.detail())));
        span.end(now);
    }
}
