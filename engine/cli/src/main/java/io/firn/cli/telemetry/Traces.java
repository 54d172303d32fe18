package io.firn.cli.telemetry;

import io.firn.catalog.config.TelemetryConfig.TracesConfig;
import io.firn.engine.ingest.IngestListener;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Spans of what the service does. They are sent in batches by a thread of its own, and dropped when a collector does
 * not take them: nothing waits for it. Without a collector none are made, and OpenTelemetry's SDK is not loaded.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP over HTTP</a>
 */
public final class Traces implements AutoCloseable {
    private static final String SCOPE = "io.firn";
    private static final long LAST_SECONDS = 5;

    /** Spans of tables name theirs with this. */
    static final AttributeKey<String> TABLE = AttributeKey.stringKey("firn.table");

    /** The SDK's own loggers; held here, because {@link Logger} forgets what nobody holds. */
    private static final Logger SDK_LOG = Logger.getLogger("io.opentelemetry");

    private final Tracer tracer;
    private final @Nullable SdkTracerProvider provider;

    private Traces(Tracer tracer, @Nullable SdkTracerProvider provider) {
        this.tracer = tracer;
        this.provider = provider;
    }

    /** @param config null for no spans */
    public static Traces open(@Nullable TracesConfig config) {
        if (config == null) {
            return new Traces(TracerProvider.noop().get(SCOPE), null);
        }
        SDK_LOG.setLevel(Level.OFF); // Delivery says the same in one line
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(config.endpoint().toString())
                .setHeaders(config::clearHeaders)
                .setRetryPolicy(null) // what is not taken is dropped: an end of the service must not wait for it
                .build();
        Attributes self = Attributes.of(AttributeKey.stringKey("service.name"), config.service());
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault().merge(Resource.create(self)))
                .addSpanProcessor(BatchSpanProcessor.builder(new Delivery(exporter, config.endpoint()))
                        .build())
                .build();
        return new Traces(provider.get(SCOPE), provider);
    }

    /** @return makes spans of cuts; empty where nobody wants any */
    public Optional<IngestListener> ofCuts() {
        return provider == null ? Optional.empty() : Optional.of(new CutSpans(tracer));
    }

    /** @return makes spans; those that it makes where there is no collector are nothing */
    public Tracer tracer() {
        return tracer;
    }

    /** Something that may fail. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    /** Does something within a span of this name, which is the current one meanwhile. */
    public void around(String name, Work work) throws Exception {
        Span span = tracer.spanBuilder(name).startSpan();
        try (Scope current = span.makeCurrent()) {
            work.run();
        } catch (Exception | Error e) {
            failed(span, e);
            throw e;
        } finally {
            span.end();
        }
    }

    static void failed(Span span, Throwable failure) {
        span.recordException(failure);
        span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
    }

    /** Sends what is left, for a few seconds. */
    @Override
    public void close() {
        if (provider != null) {
            provider.shutdown().join(LAST_SECONDS, TimeUnit.SECONDS);
        }
    }
}
