package io.firn.cli.service;

import io.firn.catalog.config.FirnConfig;
import io.firn.cli.quality.Quality;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at all tables; what fails is said in the log and stops nothing. */
final class Checking implements Scheduled.Job {
    private static final Logger LOG = LoggerFactory.getLogger(Checking.class);

    private final FirnConfig config;
    private final Quality quality;
    private final Scope scope;

    Checking(FirnConfig config, Quality quality, Scope scope) {
        this.config = config;
        this.quality = quality;
        this.scope = scope;
    }

    @Override
    public void run(Scheduled.Stopping stopping) {
        Quality.Looked looked = quality.atHead(config.tables().keySet(), scope, (table, what) -> {});
        looked.results().stream().filter(result -> result.verdict().isBad()).forEach(Checking::warn);
        Span.current()
                .setAttribute("firn.scope", scope.text())
                .setAttribute("firn.expectations", looked.results().size());
        LOG.atInfo()
                .addKeyValue("scope", scope.text())
                .addKeyValue("expectations", looked.results().size())
                .addKeyValue("certified", looked.certified())
                .log("looked at tables");
    }

    private static void warn(Result result) {
        Span.current()
                .addEvent(
                        "an expectation does not hold",
                        Attributes.of(
                                AttributeKey.stringKey("firn.table"),
                                result.table(),
                                AttributeKey.stringKey("firn.expectation"),
                                result.expectation()));
        LOG.atWarn()
                .addKeyValue("table", result.table())
                .addKeyValue("expectation", result.expectation())
                .addKeyValue("severity", result.severity())
                .addKeyValue("detail", result.detail())
                .log("an expectation does not hold");
    }
}
