package io.firn.snapshot;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.workbench.AsOf;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.jspecify.annotations.Nullable;

/**
 * Names for moments of the lake's tables. A tag stands on a snapshot that holds exactly one cut of the source, at the
 * same cut in every table, and never moves. What is to be done is decided first, as {@link TagPlan}s, and can be shown;
 * doing it again does nothing.
 */
public final class Tags {
    /** Tables of the product's own beside the source's. */
    private static final String OWN_PREFIX = "firn_";

    private static final int ATTEMPTS = 20;

    private final Lake lake;
    private final SnapshotsConfig config;

    /** Keeps tags as long as {@code config} says. */
    public Tags(Lake lake, SnapshotsConfig config) {
        this.lake = lake;
        this.config = config;
    }

    /** Returns the name of a day's tag. */
    public static String name(LocalDate day) {
        return new AsOf.Day(day).tag();
    }

    /** Returns the days that a table has a tag for, in order. */
    public static List<LocalDate> days(Table table) {
        return AsOf.days(table);
    }

    /** Returns the lake's current tables, without change logs and the product's own. */
    public List<String> tables() {
        return lake.tables().stream()
                .filter(name -> !name.endsWith(TableDefinition.CHANGES_SUFFIX) && !name.startsWith(OWN_PREFIX))
                .toList();
    }

    /**
     * Decides how every one of the tables comes to have a tag at the latest cut that all of them have reached. Tables
     * that have no snapshot yet are left out.
     *
     * @throws FirnException when a table has the tag at another cut, or the name is a day's
     */
    public List<TagPlan> planNamed(Collection<String> names, String tag) {
        requireFree(tag);
        Map<String, Table> tables = withSnapshots(names);
        long cut = commonCut(tables);
        List<TagPlan> plans = new ArrayList<>();
        tables.forEach((name, table) -> plans.add(plan(name, table, tag, cut)));
        return plans;
    }

    /**
     * Returns each table's newest snapshot at the latest cut that all of them have reached. Tables that have no
     * snapshot yet are left out; one whose snapshots of that cut have expired, because another is stopped, is at its
     * head.
     */
    public Map<String, Long> latest(Collection<String> names) {
        Map<String, Table> tables = withSnapshots(names);
        long cut = commonCut(tables);
        Map<String, Long> snapshots = new LinkedHashMap<>();
        tables.forEach((name, table) -> snapshots.put(
                name,
                CutHistory.holding(table, cut).orElseGet(table::currentSnapshot).snapshotId()));
        return snapshots;
    }

    /** A day's name given too early would stop the writer when the day does close. */
    private static void requireFree(String tag) {
        if (tag.startsWith(AsOf.DAY_TAG_PREFIX)) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID,
                    "tag name must not begin with %s but was %s: days are tagged when they close"
                            .formatted(AsOf.DAY_TAG_PREFIX, tag));
        }
        if (tag.isBlank() || tag.equals(SnapshotRef.MAIN_BRANCH) || tag.equals(Certified.TAG)) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID, "tag name must not be blank, main or certified but was " + tag);
        }
    }

    /**
     * Decides how every one of the tables comes to have the tag of a day that a cut has closed. Tables that have no
     * snapshot yet, and those that took no part in that cut, are left out.
     *
     * @throws FirnException when no cut closed the day, or a table has not reached that cut
     */
    public List<TagPlan> planDay(Collection<String> names, LocalDate day) {
        Map<String, Table> tables = withSnapshots(names);
        Closings closings = Closings.of(tables);
        long cut = closings.closing(day).number();
        if (commonCut(tables) < cut) {
            throw new FirnException(
                    ErrorCode.TAG_NOT_FOUND,
                    "day %s was closed by cut %d, which not every table has reached".formatted(day, cut));
        }
        return planDay(tables, closings, day);
    }

    private List<TagPlan> planDay(Map<String, Table> tables, Closings closings, LocalDate day) {
        long cut = closings.closing(day).number();
        List<TagPlan> plans = new ArrayList<>();
        tables.forEach((name, table) -> {
            if (closings.tookPart(name, day)) {
                plans.add(plan(name, table, name(day), cut));
            }
        });
        return plans;
    }

    /**
     * Decides what is left to be done for every day that has closed in one of the tables and is still to be kept: tags
     * that are missing, and tags that do not say for how long they are kept.
     *
     * @param today the day up to which closed days are looked at, and from which on they are kept
     * @throws FirnException when a day's tag was moved
     */
    public List<TagPlan> planDays(Collection<String> names, LocalDate today) {
        Map<String, Table> tables = withSnapshots(names);
        Closings closings = Closings.of(tables);
        LocalDate first = today.minus(config.retain());
        long reached = commonCut(tables);
        return closings.days()
                .filter(day -> !day.isBefore(first))
                .filter(day -> tables.entrySet().stream()
                        .anyMatch(table ->
                                closings.tookPart(table.getKey(), day) && !isDone(table.getValue(), name(day))))
                .filter(day -> closings.closing(day).number() <= reached)
                .sorted()
                .flatMap(day -> planDay(tables, closings, day).stream())
                .filter(plan -> plan.action() != TagPlan.Action.NONE)
                .toList();
    }

    /** Whether a day has closed and every table has its tag that is to have it. */
    public boolean isComplete(Collection<String> names, LocalDate day) {
        Map<String, Table> tables = withSnapshots(present(names));
        Closings closings = Closings.of(tables);
        return tables.keySet().stream().allMatch(name -> closings.isSettled(name, day));
    }

    /**
     * Returns the tables that have no such day although they were there when it closed: they were stopped, and what
     * came for them waits in quarantine or came into the lake later.
     */
    public List<String> missing(Collection<String> names, LocalDate day) {
        Map<String, Table> tables = withSnapshots(present(names));
        Closings closings = Closings.of(tables);
        return tables.keySet().stream()
                .filter(name -> closings.missed(name, day))
                .sorted()
                .toList();
    }

    private List<String> present(Collection<String> names) {
        return names.stream().filter(name -> lake.find(name).isPresent()).toList();
    }

    private static boolean isDone(Table table, String tag) {
        SnapshotRef ref = table.refs().get(tag);
        return ref != null
                && ref.maxRefAgeMs() != null
                && Cut.of(table.snapshot(ref.snapshotId()).summary())
                        .map(cut -> cut.closes().contains(tag))
                        .orElse(false);
    }

    private Map<String, Table> withSnapshots(Collection<String> names) {
        Map<String, Table> tables = new LinkedHashMap<>();
        for (String name : names) {
            Table table = lake.table(name);
            if (table.currentSnapshot() != null) {
                tables.put(name, table);
            }
        }
        return tables;
    }

    private static long commonCut(Map<String, Table> tables) {
        Map<String, Long> applied = new LinkedHashMap<>();
        tables.forEach(
                (name, table) -> applied.put(name, CutProperties.applied(table).number()));
        long least = applied.values().stream().mapToLong(Long::longValue).min().orElse(0);
        List<Cut> known = tables.values().stream()
                .flatMap(table -> CutHistory.after(table, least).stream())
                .toList();
        return CommonCut.of(applied, known);
    }

    /**
     * Decides how a table comes to have a tag on the snapshot that holds exactly {@code cut}.
     *
     * @throws FirnException when the table has no such snapshot, or has the tag at another cut
     */
    public TagPlan plan(String name, Table table, String tag, long cut) {
        SnapshotRef existing = table.refs().get(tag);
        Snapshot snapshot = existing == null
                ? CutHistory.holding(table, cut)
                        .orElseThrow(() -> new FirnException(
                                ErrorCode.SNAPSHOT_NOT_FOUND,
                                "table %s has no snapshot that holds cut %d; it may have expired".formatted(name, cut)))
                : tagged(name, table, tag, existing, cut);
        Duration maxAge = maxAge(snapshot);
        return new TagPlan(name, tag, snapshot.snapshotId(), cut, maxAge, action(existing, maxAge));
    }

    private static TagPlan.Action action(@Nullable SnapshotRef existing, Duration maxAge) {
        if (existing == null) {
            return TagPlan.Action.CREATE;
        }
        Long age = existing.maxRefAgeMs();
        return age != null && age == maxAge.toMillis() ? TagPlan.Action.NONE : TagPlan.Action.RETAIN;
    }

    /** A compaction after the tag was made holds the same cut; the tag stays where it is. */
    private static Snapshot tagged(String name, Table table, String tag, SnapshotRef ref, long cut) {
        Snapshot snapshot = table.snapshot(ref.snapshotId());
        long held = CutHistory.cutOf(table, snapshot);
        boolean same = held == cut
                || CutHistory.holding(table, cut).stream().anyMatch(s -> CutHistory.cutOf(table, s) == held);
        if (!ref.isTag() || !same) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID,
                    AsOf.day(tag).isPresent()
                            ? "%s %s of table %s is at cut %d, but cut %d closed the day: somebody moved it"
                                    .formatted(kind(ref), tag, name, held, cut)
                            : "%s %s of table %s is at cut %d already and does not move to cut %d: choose another name"
                                    .formatted(kind(ref), tag, name, held, cut));
        }
        return snapshot;
    }

    private static String kind(SnapshotRef ref) {
        return ref.isTag() ? "tag" : "branch";
    }

    /** Iceberg counts a tag's age from its snapshot's time; only {@link KeptDays} knows which days may go earlier. */
    private Duration maxAge(Snapshot snapshot) {
        ZonedDateTime taken = Instant.ofEpochMilli(snapshot.timestampMillis()).atZone(config.zone());
        return Duration.between(taken, taken.plus(config.longer().longest(config.retain())));
    }

    /**
     * Does what a plan says, again and again where other commits come between.
     *
     * @return the plan as it was carried out; its snapshot is another when the one planned for was replaced meanwhile
     * @throws FirnException when somebody else gave the name to another cut meanwhile, or commits keep failing
     */
    public TagPlan apply(TagPlan plan) {
        Table table = lake.table(plan.table());
        RuntimeException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            TagPlan now = plan(plan.table(), table, plan.tag(), plan.cut());
            if (now.action() == TagPlan.Action.NONE) {
                return last == null ? plan : now;
            }
            try {
                commit(table, now);
                return now;
            } catch (CommitFailedException
                    | CommitStateUnknownException
                    | ValidationException
                    | IllegalArgumentException e) {
                last = e;
                table.refresh();
            }
        }
        throw new FirnException(
                ErrorCode.COMMIT_CONFLICT,
                "tag %s of table %s could not be set in %d attempts".formatted(plan.tag(), plan.table(), ATTEMPTS),
                last);
    }

    private static void commit(Table table, TagPlan plan) {
        ManageSnapshots change = table.manageSnapshots();
        if (plan.action() == TagPlan.Action.CREATE) {
            change = change.createTag(plan.tag(), plan.snapshotId());
        }
        change.setMaxRefAgeMs(plan.tag(), plan.maxAge().toMillis()).commit();
    }
}
