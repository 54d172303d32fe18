package io.firn.snapshot.replay;

import io.firn.catalog.CutProperties;
import io.firn.catalog.SeedBranch;
import io.firn.workbench.AsOf;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * What a replay begins with.
 *
 * @param day the tagged day; null for nothing, and for the rows that the table was loaded with
 * @param snapshot its snapshot; null for nothing
 * @param cut the cut it holds; 0 for nothing
 */
record Base(@Nullable LocalDate day, @Nullable Snapshot snapshot, long cut) {
    private static final Base NOTHING = new Base(null, null, 0);

    /**
     * Chooses what comes last before a cut: a tagged day if that is wanted, or the rows of a load, before which change
     * logs do not reach; or nothing.
     */
    static Base before(Table table, long cut, Start start) {
        Stream<Base> days = start == Start.BEGINNING ? Stream.of() : days(table).filter(base -> base.cut() < cut);
        return Stream.concat(days, loads(table).filter(base -> base.cut() <= cut))
                .max(Comparator.comparingLong(Base::cut))
                .orElse(NOTHING);
    }

    private static Stream<Base> days(Table table) {
        return AsOf.days(table).stream().map(day -> {
            Snapshot snapshot = new AsOf.Day(day).resolve(table).orElseThrow();
            return new Base(
                    day, snapshot, CutProperties.appliedAt(table, snapshot).number());
        });
    }

    private static Stream<Base> loads(Table table) {
        return AsOf.tags(table).stream()
                .filter(tag -> tag.matches(SeedBranch.TAG_PREFIX + "\\d+"))
                .map(tag -> new Base(
                        null,
                        new AsOf.Tag(tag).resolve(table).orElseThrow(),
                        Long.parseLong(tag.substring(SeedBranch.TAG_PREFIX.length()))));
    }
}
