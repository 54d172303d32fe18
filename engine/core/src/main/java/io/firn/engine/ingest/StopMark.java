package io.firn.engine.ingest;

import java.util.Optional;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a table takes no more changes, and why. Kept in a property of its change log, so that a restart knows it. */
public final class StopMark {
    /** The property with the reason. */
    static final String PROPERTY = "firn.stopped";

    private static final Logger LOG = LoggerFactory.getLogger(StopMark.class);

    private final String name;
    private final Table log;
    private @Nullable String reason;

    /** @param log the change log of the table of this name */
    StopMark(String name, Table log) {
        this.name = name;
        this.log = log;
        this.reason = reasonIn(log).orElse(null);
    }

    /** @return why the table of this change log takes no more changes; empty when it does */
    public static Optional<String> reasonIn(Table log) {
        return Optional.ofNullable(log.properties().get(PROPERTY));
    }

    boolean isSet() {
        return reason != null;
    }

    String reason() {
        return reason == null ? "" : reason;
    }

    void set(String why) {
        LOG.error("table {} is stopped, the others go on: {}", name, why);
        log.updateProperties().set(PROPERTY, why).commit();
        reason = why;
    }

    void clear() {
        if (isSet()) {
            log.updateProperties().remove(PROPERTY).commit();
            reason = null;
        }
    }
}
