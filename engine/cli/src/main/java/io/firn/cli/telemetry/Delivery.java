package io.firn.cli.telemetry;

import io.firn.catalog.Failures;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends spans, and says once when they do not arrive and once when they do again. */
final class Delivery implements SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final SpanExporter exporter;
    private final URI endpoint;
    private final AtomicBoolean isLost = new AtomicBoolean();

    Delivery(SpanExporter exporter, URI endpoint) {
        this.exporter = exporter;
        this.endpoint = endpoint;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode result = exporter.export(spans);
        result.whenComplete(() -> {
            boolean wasLost = isLost.getAndSet(!result.isSuccess());
            if (!result.isSuccess() && !wasLost) {
                LOG.warn(
                        "telemetry.traces: spans do not arrive at {} and are dropped: {}",
                        endpoint,
                        reason(result.getFailureThrowable()));
            } else if (result.isSuccess() && wasLost) {
                LOG.info("telemetry.traces: spans arrive at {} again", endpoint);
            }
        });
        return result;
    }

    private static String reason(@Nullable Throwable failure) {
        return failure == null ? "it does not take them" : Failures.rootMessage(failure);
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
