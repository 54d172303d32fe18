package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.MainLine;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** A moment of a table, in the words of whoever asks for it. */
public sealed interface AsOf {
    /** What the name of a day's tag begins with; the day follows as {@code 2026-11-20}. */
    String DAY_TAG_PREFIX = "day-";

    /**
     * Finds the moment's snapshot.
     *
     * @return the snapshot; empty only for the head of a table that never had one
     * @throws FirnException when the table has no such snapshot, tag or day
     */
    Optional<Snapshot> resolve(Table table);

    /** The current rows. */
    record Head() implements AsOf {
        @Override
        public Optional<Snapshot> resolve(Table table) {
            return Optional.ofNullable(table.currentSnapshot());
        }
    }

    /** One snapshot by its number. */
    record SnapshotId(long id) implements AsOf {
        @Override
        public Optional<Snapshot> resolve(Table table) {
            Snapshot snapshot = table.snapshot(id);
            if (snapshot == null) {
                throw new FirnException(
                        ErrorCode.SNAPSHOT_NOT_FOUND,
                        "table %s has no snapshot %d; it may have expired".formatted(table.name(), id));
            }
            return Optional.of(snapshot);
        }
    }

    /** What a tag names. */
    record Tag(String name) implements AsOf {
        @Override
        public Optional<Snapshot> resolve(Table table) {
            return Optional.of(tagged(table, name).orElseThrow(() -> {
                String known = tags(table).stream().limit(10).collect(Collectors.joining(", "));
                return new FirnException(
                        ErrorCode.TAG_NOT_FOUND,
                        "table %s has no tag %s (%s)"
                                .formatted(
                                        table.name(), name, known.isEmpty() ? "it has none" : "there are: " + known));
            }));
        }
    }

    /** The end of a business day, by its tag. */
    record Day(LocalDate date) implements AsOf {
        private static final int NEAREST = 5;

        /** Returns the name of the day's tag. */
        public String tag() {
            return DAY_TAG_PREFIX + date;
        }

        @Override
        public Optional<Snapshot> resolve(Table table) {
            return Optional.of(tagged(table, tag()).orElseThrow(() -> {
                String nearest = nearest(table);
                return new FirnException(
                        ErrorCode.TAG_NOT_FOUND,
                        "table %s has no day %s (%s)"
                                .formatted(
                                        table.name(), date, nearest.isEmpty() ? "it has none" : "nearest: " + nearest));
            }));
        }

        private String nearest(Table table) {
            return days(table).stream()
                    .sorted(Comparator.comparing(other -> Math.abs(ChronoUnit.DAYS.between(date, other))))
                    .limit(NEAREST)
                    .sorted()
                    .map(LocalDate::toString)
                    .collect(Collectors.joining(", "));
        }
    }

    /** What readers saw at an instant: the snapshot that was the current one then. */
    record Time(Instant instant) implements AsOf {
        @Override
        public Optional<Snapshot> resolve(Table table) {
            @Nullable Snapshot next = null;
            for (Snapshot snapshot : MainLine.of(table)) {
                if (!at(snapshot).isAfter(instant)) {
                    requireNothingBetween(table, snapshot, next);
                    return Optional.of(snapshot);
                }
                next = snapshot;
            }
            throw new FirnException(
                    ErrorCode.SNAPSHOT_NOT_FOUND,
                    next == null
                            ? "table %s has no snapshot yet".formatted(table.name())
                            : "table %s cannot show %s: its oldest snapshot is of %s"
                                    .formatted(table.name(), instant, at(next)));
        }

        private void requireNothingBetween(Table table, Snapshot snapshot, @Nullable Snapshot next) {
            if (next == null || !at(snapshot).isBefore(instant)) {
                return;
            }
            Long parent = next.parentId();
            if (parent == null || parent != snapshot.snapshotId()) {
                throw new FirnException(
                        ErrorCode.SNAPSHOT_NOT_FOUND,
                        "table %s cannot show %s: the snapshots between %s and %s have expired; ask for one of these, or for a day"
                                .formatted(table.name(), instant, at(snapshot), at(next)));
            }
        }

        private static Instant at(Snapshot snapshot) {
            return Instant.ofEpochMilli(snapshot.timestampMillis());
        }
    }

    /** Returns the names of a table's tags, in order. */
    static List<String> tags(Table table) {
        return table.refs().entrySet().stream()
                .filter(ref -> ref.getValue().isTag())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Returns the days a table has a tag for, in order. */
    static List<LocalDate> days(Table table) {
        return tags(table).stream().flatMap(tag -> day(tag).stream()).sorted().toList();
    }

    /** Returns the day that a tag ends; empty for other tags. */
    static Optional<LocalDate> day(String tag) {
        if (!tag.startsWith(DAY_TAG_PREFIX)) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDate.parse(tag.substring(DAY_TAG_PREFIX.length())));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Snapshot> tagged(Table table, String tag) {
        SnapshotRef ref = table.refs().get(tag);
        return ref == null || !ref.isTag() ? Optional.empty() : Optional.ofNullable(table.snapshot(ref.snapshotId()));
    }
}
