package io.firn.snapshot;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.workbench.AsOf;
import io.firn.workbench.Scan;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/**
 * What every table of a lake shows at one moment. Current tables have snapshots and tags; a change log, which only
 * grows, is shown up to the cut that its table holds at the moment.
 */
public final class Moments {
    private final Lake lake;
    private final SnapshotsConfig config;
    private final Clock clock;

    /** @param clock says what is in the future */
    public Moments(Lake lake, SnapshotsConfig config, Clock clock) {
        this.lake = lake;
        this.config = config;
        this.clock = clock;
    }

    /**
     * A table at a moment.
     *
     * @param scan files that hold all its rows
     * @param lastCut rows of later cuts are not part of the moment; null when all rows are
     */
    public record Shown(Scan scan, @Nullable Long lastCut) {
        /** Returns the condition that its rows meet, as SQL; {@code true} when all do. */
        public String condition() {
            return lastCut == null ? "true" : ChangeLogColumns.CUT + " <= " + lastCut;
        }
    }

    /**
     * Finds what a table shows.
     *
     * @throws FirnException when it has nothing at the moment; says why
     */
    public Shown shown(String name, AsOf moment) {
        Table table = lake.table(name);
        if (moment instanceof AsOf.Head) {
            return new Shown(Scan.of(table, moment), null);
        }
        if (moment instanceof AsOf.SnapshotId id) {
            return atSnapshot(name, table, id);
        }
        return isLog(name)
                ? upTo(table, cut(baseOf(name), moment))
                : new Shown(Scan.of(table, at(table, moment)), null);
    }

    /**
     * Returns the number of the cut that a current table holds at a moment.
     *
     * @throws FirnException when it has nothing at the moment; says why
     */
    public long cut(String name, AsOf moment) {
        Table table = lake.table(name);
        return CutHistory.cutOf(table, snapshot(table, moment));
    }

    /**
     * Returns the snapshot that a current table shows at a moment.
     *
     * @throws FirnException when it has nothing at the moment; says why
     */
    public Snapshot snapshot(Table table, AsOf moment) {
        if (moment instanceof AsOf.Day day) {
            requireDay(table, day.date());
        }
        if (moment instanceof AsOf.Time time && time.instant().isAfter(clock.instant())) {
            throw new FirnException(ErrorCode.USAGE_INVALID, "%s is in the future".formatted(time.instant()));
        }
        return moment.resolve(table)
                .orElseThrow(() -> new FirnException(
                        ErrorCode.SNAPSHOT_NOT_FOUND, "table %s has no snapshot yet".formatted(table.name())));
    }

    private Long at(Table table, AsOf moment) {
        return snapshot(table, moment).snapshotId();
    }

    private void requireDay(Table table, LocalDate day) {
        List<LocalDate> kept = AsOf.days(table);
        if (!kept.contains(day)) {
            throw new FirnException(
                    ErrorCode.TAG_NOT_FOUND,
                    "table %s cannot show %s: %s".formatted(table.name(), day, why(table, day, kept)));
        }
    }

    private String why(Table table, LocalDate day, List<LocalDate> kept) {
        boolean othersHaveIt = lake.tables().stream()
                .flatMap(name -> lake.find(name).stream())
                .anyMatch(other -> AsOf.days(other).contains(day));
        boolean wasThere = kept.stream().anyMatch(day::isAfter);
        return othersHaveIt && wasThere ? MissingDay.STOPPED : MissingDay.why(day, kept, today(), config);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), config.zone());
    }

    /** A snapshot is one table's; the others are shown at its cut. */
    private Shown atSnapshot(String name, Table table, AsOf.SnapshotId id) {
        if (table.snapshot(id.id()) != null) {
            return new Shown(Scan.of(table, id), null);
        }
        Table owner = owner(id).orElseGet(() -> table);
        Snapshot snapshot = id.resolve(owner).orElseThrow();
        long cut = CutHistory.cutOf(owner, snapshot);
        if (isLog(name)) {
            return upTo(table, cut);
        }
        Snapshot same = CutHistory.holding(table, cut)
                .orElseThrow(() -> new FirnException(
                        ErrorCode.SNAPSHOT_NOT_FOUND,
                        "table %s has no snapshot that holds cut %d, which snapshot %d of %s holds; it may have expired"
                                .formatted(table.name(), cut, id.id(), owner.name())));
        return new Shown(Scan.of(table, (Long) same.snapshotId()), null);
    }

    private Optional<Table> owner(AsOf.SnapshotId id) {
        List<Table> owners = new ArrayList<>();
        for (String name : lake.tables()) {
            lake.find(name).filter(table -> table.snapshot(id.id()) != null).ifPresent(owners::add);
        }
        return owners.stream().findFirst();
    }

    private static Shown upTo(Table log, long cut) {
        return new Shown(
                Scan.of(log, new AsOf.Head()).where(Expressions.lessThanOrEqual(ChangeLogColumns.CUT, cut)), cut);
    }

    private static boolean isLog(String name) {
        return name.endsWith(TableDefinition.CHANGES_SUFFIX);
    }

    private static String baseOf(String log) {
        return log.substring(0, log.length() - TableDefinition.CHANGES_SUFFIX.length());
    }
}
