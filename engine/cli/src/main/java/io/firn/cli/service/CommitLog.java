package io.firn.cli.service;

import io.firn.catalog.Cut;
import io.firn.engine.ingest.IngestListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes one line of the log for each commit, with what a machine wants to know as key-value pairs. */
final class CommitLog implements IngestListener {
    private static final Logger LOG = LoggerFactory.getLogger(CommitLog.class);

    private final Clock clock;

    CommitLog(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void finished(Cut cut, long changes) {
        LoggingEventBuilder line = LOG.atInfo();
        if (!cut.committedAt().equals(Instant.EPOCH)) {
            line = line.addKeyValue(
                    "lag_ms",
                    Duration.between(cut.committedAt(), clock.instant()).toMillis());
        }
        line.addKeyValue("cut", cut.number())
                .addKeyValue("changes", changes)
                .addKeyValue("tables", String.join(",", cut.tables()))
                .addKeyValue("closes", String.join(",", cut.closes()))
                .log("committed");
    }

    @Override
    public void rejected(String table, String reason) {
        LOG.atWarn().addKeyValue("table", table).addKeyValue("reason", reason).log("quarantined");
    }
}
