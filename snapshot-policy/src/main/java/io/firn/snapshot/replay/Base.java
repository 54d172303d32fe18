package io.firn.snapshot.replay;

import io.firn.catalog.CutProperties;
import io.firn.catalog.SeedBranch;
import io.firn.workbench.AsOf;
import java.time.LocalDate;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * What a replay begins with.
 *
 * @param day the tagged day; null for nothing, or for the table's first rows
 * @param snapshot the day's, or that of the first rows; null for nothing
 * @param cut the cut it holds; 0 for nothing
 */
record Base(@Nullable LocalDate day, @Nullable Snapshot snapshot, long cut) {
    static final Base NOTHING = new Base(null, null, 0);

    /** Chooses the nearest tagged day whose cut is before one. */
    static Base before(Table table, long cut, Start start) {
        if (start == Start.BEGINNING) {
            return seeded(table, cut);
        }
        List<LocalDate> days = AsOf.days(table);
        for (int i = days.size() - 1; i >= 0; i--) {
            AsOf.Day day = new AsOf.Day(days.get(i));
            Snapshot snapshot = day.resolve(table).orElseThrow();
            long held = CutProperties.appliedAt(table, snapshot).number();
            if (held < cut) {
                return new Base(day.date(), snapshot, held);
            }
        }
        return seeded(table, cut);
    }

    /** The change log of a table that was loaded in bulk begins after that. */
    private static Base seeded(Table table, long cut) {
        Base base = NOTHING;
        for (String tag : AsOf.tags(table)) {
            if (tag.startsWith(SeedBranch.TAG_PREFIX)) {
                Snapshot snapshot = new AsOf.Tag(tag).resolve(table).orElseThrow();
                long held = CutProperties.appliedAt(table, snapshot).number();
                base = held <= cut && held > base.cut() ? new Base(null, snapshot, held) : base;
            }
        }
        return base;
    }
}
