package io.firn.cli.service;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.quality.Quality;
import io.firn.snapshot.TagPlan;
import io.firn.snapshot.Tags;
import io.firn.snapshot.ledger.Ledger;
import io.firn.snapshot.retention.Expiry;
import io.firn.snapshot.retention.GarbageCollection;
import io.firn.workbench.Workbench;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import java.time.Clock;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the past: days that closed get what their tags lack, are looked at, and get an entry in the ledger; once
 * a day, what is too old is forgotten and files that nothing needs are deleted.
 */
final class Housekeeping implements Scheduled.Job {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final FirnConfig config;
    private final Lake lake;
    private final Workbench workbench;
    private final Clock clock;
    private final Quality quality;
    private @Nullable LocalDate cleanedOn;

    Housekeeping(FirnConfig config, Lake lake, Workbench workbench, Clock clock) {
        this.config = config;
        this.lake = lake;
        this.workbench = workbench;
        this.clock = clock;
        this.quality = new Quality(config, lake, workbench, clock);
    }

    @Override
    public void run(Scheduled.Stopping stopping) {
        LocalDate today = LocalDate.now(clock.withZone(config.snapshots().zone()));
        enterDays(today);
        if (!today.equals(cleanedOn)) {
            for (String name : lake.tables()) {
                if (stopping.isSo()) {
                    return;
                }
                clean(name);
            }
            cleanedOn = today;
        }
    }

    private void enterDays(LocalDate today) {
        var tables = config.tables().keySet().stream()
                .filter(name -> lake.find(name).isPresent())
                .toList();
        Tags tags = new Tags(lake, config.snapshots());
        for (TagPlan plan : tags.planDays(tables, today)) {
            TagPlan done = tags.apply(plan);
            Span.current()
                    .addEvent(
                            "tagged",
                            Attributes.of(
                                    AttributeKey.stringKey("firn.table"),
                                    done.table(),
                                    AttributeKey.stringKey("firn.tag"),
                                    done.tag()));
        }
        for (Ledger.Entered day : new Ledger(lake, config.snapshots(), workbench)
                .catchUp(tables, (closed, snapshots) -> quality.verdicts(closed, snapshots.keySet()))) {
            LOG.atInfo()
                    .addKeyValue("day", day.day())
                    .addKeyValue("cut", day.cut())
                    .addKeyValue("hash", day.hash())
                    .log("entered into the ledger");
            Span.current()
                    .addEvent(
                            "entered into the ledger",
                            Attributes.of(
                                    AttributeKey.stringKey("firn.day"),
                                    day.day().toString(),
                                    AttributeKey.longKey("firn.cut"),
                                    day.cut()));
            day.late()
                    .forEach((table, changes) -> LOG.atWarn()
                            .addKeyValue("table", table)
                            .addKeyValue("day", day.day())
                            .addKeyValue("changes", changes)
                            .log("changes from days that had closed before"));
            day.missing()
                    .forEach(table -> LOG.atWarn()
                            .addKeyValue("table", table)
                            .addKeyValue("day", day.day())
                            .log("was stopped when the day closed and has no such day"));
        }
    }

    private void clean(String name) {
        Expiry.Expired expired = new Expiry(lake, config.snapshots(), clock).run(name);
        GarbageCollection collection = new GarbageCollection(lake, config.snapshots(), clock);
        int deleted = collection.run(collection.plan(name));
        if (deleted > 0 || !expired.plan().isEmpty()) {
            LOG.atInfo()
                    .addKeyValue("table", name)
                    .addKeyValue("snapshots", expired.plan().snapshots().size())
                    .addKeyValue("tags", expired.plan().tags())
                    .addKeyValue("deleted", deleted)
                    .log("cleaned");
        }
    }
}
