package io.firn.dq.expect;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.MainLine;
import io.firn.catalog.config.Expectation.Freshness;
import io.firn.catalog.config.Expectation.Volume;
import io.firn.dq.result.Moment;
import io.firn.workbench.Scan;
import io.firn.workbench.Workbench;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/** Looks at when changes came, and how many; at metadata alone. */
final class TimeChecks {
    /** How long a late commit is spoken of. */
    private static final Duration RECENT = Duration.ofHours(1);

    private final Probe probe;
    private final CheckedTable table;

    TimeChecks(Probe probe, CheckedTable table) {
        this.probe = probe;
        this.table = table;
    }

    Finding freshness(Freshness freshness) {
        Duration delay = probe.run().moment() == Moment.DAY ? delayOfDay() : delayNow(freshness);
        return Finding.of(Verdicts.freshness(delay, freshness.within()));
    }

    private @Nullable Duration delayOfDay() {
        Snapshot snapshot = table.snapshot();
        return snapshot == null ? null : delay(snapshot);
    }

    /** Null for a snapshot without a cut of its own. */
    private static @Nullable Duration delay(Snapshot snapshot) {
        return Cut.of(snapshot.summary())
                .map(cut -> Duration.between(cut.committedAt(), Instant.ofEpochMilli(snapshot.timestampMillis())))
                .map(delay -> delay.isNegative() ? Duration.ZERO : delay)
                .orElse(null);
    }

    private @Nullable Duration delayNow(Freshness freshness) {
        Table head = table.table();
        head.refresh();
        Cut cut = CutProperties.applied(head);
        if (cut.number() == 0) {
            return null;
        }
        Duration longest = recent(head);
        Cut logged = logged();
        if (logged.number() > cut.number()) {
            longest = longer(longest, since(logged));
        }
        return freshness.idle() == Freshness.Idle.STALE ? longer(longest, since(newest())) : longest;
    }

    private Duration recent(Table head) {
        Duration longest = Duration.ZERO;
        for (Snapshot snapshot : MainLine.of(head)) {
            if (Instant.ofEpochMilli(snapshot.timestampMillis())
                    .isBefore(probe.run().now().minus(RECENT))) {
                break;
            }
            Duration delay = delay(snapshot);
            longest = delay == null ? longest : longer(longest, delay);
        }
        return longest;
    }

    private Cut logged() {
        Table log = table.log();
        if (log == null) {
            return Cut.NONE;
        }
        log.refresh();
        return CutProperties.applied(log);
    }

    /** The newest change of any table. */
    private Cut newest() {
        return probe.tables().values().stream()
                .map(any -> CutProperties.applied(any.table()))
                .filter(cut -> cut.number() > 0)
                .max((a, b) -> a.committedAt().compareTo(b.committedAt()))
                .orElse(Cut.NONE);
    }

    private Duration since(Cut cut) {
        Duration since = Duration.between(cut.committedAt(), probe.run().now());
        return since.isNegative() ? Duration.ZERO : since;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /** The last day that is over; change logs are partitioned by day, so their files say how many changes it had. */
    Finding volume(Volume volume) {
        LocalDate day = probe.run().moment() == Moment.DAY
                ? probe.run().day()
                : LocalDate.ofInstant(probe.run().now(), ZoneOffset.UTC).minusDays(1);
        List<Long> before = new ArrayList<>();
        for (int week = 1; week <= volume.weeks(); week++) {
            long changes = changes(day.minusWeeks(week));
            if (changes > 0) {
                before.add(changes);
            }
        }
        return Finding.of(Verdicts.volume(changes(day), before, volume.within()));
    }

    private long changes(LocalDate day) {
        Table log = table.log();
        if (log == null || log.currentSnapshot() == null) {
            return 0;
        }
        Scan scan = Scan.of(log, log.currentSnapshot().snapshotId())
                .where(Expressions.equal(Expressions.day(ChangeLogColumns.SOURCE_TIME), (int) day.toEpochDay()));
        return Workbench.plan(scan).stream()
                .mapToLong(file -> file.file().recordCount())
                .sum();
    }
}
