package io.firn.bench.tags;

import io.firn.bench.Cost;
import io.firn.catalog.Lake;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.snapshot.replay.Replay;
import io.firn.snapshot.replay.Start;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * A day made again from the change log, from the day before and from the beginning. Arguments: a lake that
 * {@code IngestBench --dir} has left, whose last commits become days; megabytes of memory for DuckDB (512). One JSON
 * line for each way; ends with an error when a day comes out differently.
 */
public final class ReplayBench {
    private static final String TABLE = "product";
    private static final Namespace ELSEWHERE = Namespace.of("bench_replay");

    private ReplayBench() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        long megabytes = arguments.length > 1 ? Long.parseLong(arguments[1]) : 512;
        FirnConfig config = ConfigLoader.load(folder.resolve("firn.yaml"), Map.of());
        WorkbenchConfig limits = config.workbench().withMemory(megabytes << 20);
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase database = DuckDatabase.open(limits);
                Workbench workbench = new Workbench(database, limits)) {
            LocalDate last = lastDay(lake.table(TABLE));
            Replay replay =
                    new Replay(lake, config.snapshots(), workbench, Clock.systemUTC(), folder.resolve("uploads"));
            for (Start start : Start.values()) {
                Cost before = Cost.now();
                Replay.Replayed made = replay.run(TABLE, last, start, ELSEWHERE);
                print(start, megabytes, made, Cost.since(before));
                if (!made.isEqual()) {
                    throw new IllegalStateException(made.toString());
                }
            }
        }
    }

    /** The table's last commit and the one before, as days that ended. */
    private static LocalDate lastDay(Table table) {
        List<LocalDate> days = AsOf.days(table);
        if (days.size() >= 2) {
            return days.get(days.size() - 1);
        }
        List<Snapshot> newest = new ArrayList<>();
        SnapshotUtil.currentAncestors(table).forEach(newest::add);
        LocalDate day = LocalDate.of(2020, 1, 2);
        table.manageSnapshots()
                .createTag("day-" + day.minusDays(1), newest.get(1).snapshotId())
                .createTag("day-" + day, newest.get(0).snapshotId())
                .commit();
        return day;
    }

    private static void print(Start start, long megabytes, Replay.Replayed made, Cost cost) throws IOException {
        System.out.printf(
                Locale.ROOT,
                """
                {"bench":"replay","start":"%s","megabytes":%d,"rows":%d,"changes":%d,"seconds":%.1f,"cpuSeconds":%.1f,\
                "peakMegabytes":%d}
                """,
                start,
                megabytes,
                made.rebuilt().rows(),
                made.changes(),
                cost.seconds(),
                cost.cpuSeconds(),
                Cost.peakMegabytes());
    }
}
