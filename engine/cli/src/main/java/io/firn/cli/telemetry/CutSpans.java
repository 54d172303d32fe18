package io.firn.cli.telemetry;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.Cut;
import io.firn.engine.ingest.IngestListener;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A span for each cut, from the moment it is closed until it is in all tables, and in it two for each table: one until
 * its changes are in the change log, one until they are in the table. Cuts follow one another, so one is open at most.
 */
final class CutSpans implements IngestListener {
    private static final AttributeKey<Long> CHANGES = AttributeKey.longKey("firn.changes");
    private static final AttributeKey<Long> SNAPSHOT = AttributeKey.longKey("firn.snapshot");

    private final Tracer tracer;
    private final Map<String, Span> logging = new ConcurrentHashMap<>();
    private final Map<String, Span> applying = new ConcurrentHashMap<>();
    private volatile @Nullable Span open;

    CutSpans(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public void begins(Cut cut, long changes) {
        SpanBuilder span = tracer.spanBuilder("firn.cut")
                .setNoParent()
                .setAttribute("firn.cut", cut.number())
                .setAttribute(CHANGES, changes)
                .setAttribute(AttributeKey.stringArrayKey("firn.tables"), cut.tables())
                .setAttribute(AttributeKey.stringArrayKey("firn.closes"), cut.closes());
        if (!cut.committedAt().equals(Instant.EPOCH)) {
            span.setAttribute("firn.committed_at", cut.committedAt().toString());
        }
        open = span.startSpan();
    }

    @Override
    public void logging(String table, Cut cut) {
        begin(logging, "firn.log", table);
    }

    @Override
    public void logged(String table, CommitReceipt receipt, long changes) {
        Span span = logging.remove(table);
        if (span != null) {
            span.setAttribute(CHANGES, changes)
                    .setAttribute(SNAPSHOT, receipt.snapshotId())
                    .end();
        }
    }

    @Override
    public void applying(String table, Cut cut) {
        begin(applying, "firn.apply", table);
    }

    @Override
    public void applied(String table, CommitReceipt receipt) {
        Span span = applying.remove(table);
        if (span != null) {
            span.setAttribute(SNAPSHOT, receipt.snapshotId()).end();
        }
    }

    /** What is folded at a start belongs to no cut of this process and has no span. */
    private void begin(Map<String, Span> spans, String name, String table) {
        Span cut = open;
        if (cut != null) {
            spans.put(
                    table,
                    tracer.spanBuilder(name)
                            .setParent(Context.root().with(cut))
                            .setAttribute(Traces.TABLE, table)
                            .startSpan());
        }
    }

    @Override
    public void finished(Cut cut, long changes) {
        end(null);
    }

    @Override
    public void failed(Cut cut, Throwable failure) {
        end(failure);
    }

    private void end(@Nullable Throwable failure) {
        end(logging, failure);
        end(applying, failure);
        Span cut = open;
        open = null;
        if (cut != null) {
            end(cut, failure);
        }
    }

    private static void end(Map<String, Span> spans, @Nullable Throwable failure) {
        spans.values().forEach(span -> end(span, failure));
        spans.clear();
    }

    private static void end(Span span, @Nullable Throwable failure) {
        if (failure != null) {
            Traces.failed(span, failure);
        }
        span.end();
    }
}
