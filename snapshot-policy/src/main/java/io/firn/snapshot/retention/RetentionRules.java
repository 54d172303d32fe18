package io.firn.snapshot.retention;

import io.firn.catalog.Cut;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.snapshot.KeptDays;
import io.firn.workbench.AsOf;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Says what of a table must be kept: its head, everything young, every tag and branch whose time is not over, the
 * snapshots that say which cut those hold, days that closed and are not tagged yet, and what a change log still has to
 * hand to its table. Pure: it reads metadata and decides.
 *
 * <p>A day's time is over when enough newer days have closed; the clock alone, which may be wrong, ends none.
 */
public final class RetentionRules {
    /** A table property that begins with this keeps the tag that follows, whatever its age; its value says why. */
    public static final String HOLD = "firn.hold.";

    private final SnapshotsConfig config;
    private final Instant now;
    private final Function<Snapshot, Instant> times;

    /** @param now the time that ages are counted to */
    public RetentionRules(SnapshotsConfig config, Instant now) {
        this(config, now, snapshot -> Instant.ofEpochMilli(snapshot.timestampMillis()));
    }

    /** @param times when snapshots were taken */
    RetentionRules(SnapshotsConfig config, Instant now, Function<Snapshot, Instant> times) {
        this.config = config;
        this.now = now;
        this.times = times;
    }

    /**
     * Decides for a table.
     *
     * @param appliedCut the cut that a change log's table holds; {@link Long#MAX_VALUE} for other tables
     */
    public ExpiryPlan plan(String name, Table table, long appliedCut) {
        List<String> tags = new ArrayList<>();
        Set<Long> needed = new HashSet<>();
        Predicate<LocalDate> isOver = daysThatAreOver(table);
        table.refs().forEach((ref, target) -> {
            if (isOver(table, ref, target, isOver)) {
                tags.add(ref);
            } else if (target.isTag() || ref.equals(SnapshotRef.MAIN_BRANCH)) {
                need(table, target.snapshotId(), needed);
            } else {
                needBranch(table, target.snapshotId(), needed);
            }
        });
        Snapshot head = table.currentSnapshot();
        if (head != null) {
            need(table, head.snapshotId(), needed);
        }
        List<Snapshot> all = StreamSupport.stream(table.snapshots().spliterator(), false)
                .sorted(Comparator.comparingLong(Snapshot::sequenceNumber))
                .toList();
        List<Long> expired = all.stream()
                .filter(snapshot -> !needed.contains(snapshot.snapshotId()))
                .filter(this::isOld)
                .filter(snapshot -> !closesUntaggedDay(table, snapshot, isOver) && !isPending(snapshot, appliedCut))
                .map(Snapshot::snapshotId)
                .toList();
        tags.sort(null);
        return new ExpiryPlan(name, tags, expired, all.size() - expired.size());
    }

    /** A day's tag ages by its day, any other by its snapshot; one without a limit stays. */
    private boolean isOver(Table table, String name, SnapshotRef ref, Predicate<LocalDate> isOver) {
        if (!ref.isTag() || table.properties().containsKey(HOLD + name)) {
            return false;
        }
        Optional<LocalDate> day = AsOf.day(name);
        if (day.isPresent()) {
            return isOver.test(day.get());
        }
        Long age = ref.maxRefAgeMs();
        Snapshot snapshot = table.snapshot(ref.snapshotId());
        return age != null && times.apply(snapshot).plus(Duration.ofMillis(age)).isBefore(now);
    }

    private Predicate<LocalDate> daysThatAreOver(Table table) {
        LocalDate today = LocalDate.ofInstant(now, config.zone());
        List<LocalDate> days = AsOf.days(table);
        if (days.isEmpty()) {
            return day -> false;
        }
        LocalDate open = days.get(days.size() - 1).plusDays(1);
        return new KeptDays(config, days, open.isBefore(today) ? open : today)::isOver;
    }

    /** A snapshot without a cut of its own, such as a compaction's, needs the one that has it. */
    private static void need(Table table, long id, Set<Long> needed) {
        for (Snapshot snapshot : SnapshotUtil.ancestorsOf(id, table::snapshot)) {
            boolean known = !needed.add(snapshot.snapshotId());
            if (known || Cut.of(snapshot.summary()).isPresent()) {
                return;
            }
        }
    }

    /** Whoever works on a branch may want to know how it came about; what came before it is the main line's. */
    private static void needBranch(Table table, long id, Set<Long> needed) {
        Set<Long> line = new HashSet<>();
        SnapshotUtil.currentAncestors(table).forEach(snapshot -> line.add(snapshot.snapshotId()));
        for (Snapshot snapshot : SnapshotUtil.ancestorsOf(id, table::snapshot)) {
            needed.add(snapshot.snapshotId());
            if (line.contains(snapshot.snapshotId())) {
                return;
            }
        }
    }

    private boolean isOld(Snapshot snapshot) {
        return times.apply(snapshot).plus(config.keepAll()).isBefore(now);
    }

    private boolean closesUntaggedDay(Table table, Snapshot snapshot, Predicate<LocalDate> isOver) {
        Map<String, SnapshotRef> refs = table.refs();
        return appliesTo(
                snapshot,
                cut -> cut.closes().stream()
                        .filter(tag -> !refs.containsKey(tag))
                        .flatMap(tag -> AsOf.day(tag).stream())
                        .anyMatch(day -> !isOver.test(day)));
    }

    private static boolean isPending(Snapshot snapshot, long appliedCut) {
        return appliesTo(snapshot, cut -> cut.number() > appliedCut);
    }

    private static boolean appliesTo(Snapshot snapshot, Predicate<Cut> rule) {
        return Cut.of(snapshot.summary()).filter(rule).isPresent();
    }
}
