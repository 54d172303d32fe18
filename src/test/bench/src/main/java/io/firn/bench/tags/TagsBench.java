package io.firn.bench.tags;

import io.firn.catalog.CurrentTableCommit;
import io.firn.catalog.Cut;
import io.firn.catalog.HeadMovedException;
import io.firn.catalog.Lake;
import io.firn.catalog.LocalFileIO;
import io.firn.catalog.RowChanges;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.snapshot.retention.Expiry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * A table of many files with a tag for every day, commits between them, and an expiry every day. Only metadata is
 * written. Arguments: days (730), commits a day (24), files at the beginning (1,000), commits after the last day
 * without an expiry between (0). One JSON line for each figure: the metadata's size, how long opening a day takes at
 * the end compared with when it was the head, what expiries cost early and late; what the last commits and the expiry
 * after them cost.
 */
public final class TagsBench {
    private static final String TABLE = "product";
    private static final int SAMPLES = 60;

    private final int days;
    private final int commits;
    private final int files;
    private final int minutes;
    private final Deque<DataFile> live = new ArrayDeque<>();
    private final Map<String, Double> asHead = new LinkedHashMap<>();
    private final List<Double> expiries = new ArrayList<>();
    private long number;
    private long garbage;
    private long manifestsRead;

    private TagsBench(String[] arguments) {
        days = argument(arguments, 0, 730);
        commits = argument(arguments, 1, 24);
        files = argument(arguments, 2, 1_000);
        minutes = argument(arguments, 3, 0);
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, HeadMovedException {
        new TagsBench(arguments).run(Files.createTempDirectory("firn-tags"));
    }

    private void run(Path folder) throws IOException, HeadMovedException {
        CatalogConfig catalog = new CatalogConfig(
                CatalogType.JDBC,
                "jdbc:sqlite:" + folder.resolve("catalog.db") + "?journal_mode=MEMORY&synchronous=OFF",
                "file:" + folder.resolve("warehouse"),
                Map.of());
        Clock clock = Clock.fixed(Instant.now().plus(Duration.ofDays(2)), ZoneOffset.UTC);
        SnapshotsConfig config =
                new SnapshotsConfig(ZoneOffset.UTC, SnapshotsConfig.DayClose.TIME, Period.ofDays(days + 10));
        try (Lake lake = Lake.open(new LakeConfig(catalog, "bench"))) {
            Table table = lake.currentTable(definition());
            commit(table, files, 0);
            LocalDate first =
                    LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(days);
            Expiry expiry = new Expiry(lake, config, clock);
            for (int day = 0; day < days; day++) {
                for (int i = 1; i < commits; i++) {
                    commit(table, 2, 2);
                }
                commit(table, 2, 2, "day-" + first.plusDays(day));
                if (day % Math.max(1, days / SAMPLES) == 0) {
                    asHead.put("day-" + first.plusDays(day), median(lake, null));
                }
                expire(expiry, day);
                table.refresh();
            }
            metadata(table);
            opening(lake);
            if (minutes > 0) {
                minutes(table, expiry);
            }
        }
    }

    /** A day or two of commits a minute on top of all tags, none of which may be forgotten yet. */
    private void minutes(Table table, Expiry expiry) throws IOException, HeadMovedException {
        List<Double> times = new ArrayList<>();
        for (int minute = 0; minute < minutes; minute++) {
            long before = System.nanoTime();
            commit(table, 2, 2);
            times.add((System.nanoTime() - before) / 1e6);
        }
        int tenth = Math.max(1, minutes / 10);
        print(
                "minutes",
                "\"commits\":%d,\"metadataBytes\":%d,\"firstMedianMilliseconds\":%.1f,\"lastMedianMilliseconds\":%.1f"
                        .formatted(
                                minutes,
                                bytes(table),
                                middle(times.subList(0, tenth)),
                                middle(times.subList(minutes - tenth, minutes))));
        long before = System.nanoTime();
        Expiry.Expired done = expiry.run(TABLE);
        double took = (System.nanoTime() - before) / 1e6;
        table.refresh();
        print(
                "minutes-expiry",
                "\"snapshots\":%d,\"garbage\":%d,\"manifestsRead\":%d,\"milliseconds\":%.1f,\"metadataBytes\":%d"
                        .formatted(
                                done.plan().snapshots().size(),
                                done.garbage(),
                                done.manifestsRead(),
                                took,
                                bytes(table)));
    }

    private static double middle(List<Double> times) {
        List<Double> sorted = new ArrayList<>(times);
        sorted.sort(null);
        return sorted.get(sorted.size() / 2);
    }

    private static long bytes(Table table) throws IOException {
        String location = ((HasTableOperations) table).operations().current().metadataFileLocation();
        return Files.size(LocalFileIO.path(location));
    }

    private static TableDefinition definition() {
        return new TableDefinition(
                TABLE,
                new SourceTable("public.product", List.of(new SourceColumn("id", "bigint", true)), List.of("id")),
                List.of("id"),
                List.of(),
                List.of(),
                3);
    }

    private void commit(Table table, int added, int removed, String... closes) throws HeadMovedException {
        List<DataFile> gone = new ArrayList<>();
        for (int i = 0; i < removed; i++) {
            gone.add(live.removeFirst());
        }
        List<DataFile> fresh = new ArrayList<>();
        for (int i = 0; i < added; i++) {
            fresh.add(DataFiles.builder(table.spec())
                    .withPath("%s/data/%d-%d.parquet".formatted(table.location(), number, i))
                    .withFileSizeInBytes(1 << 20)
                    .withRecordCount(1000)
                    .build());
        }
        live.addAll(fresh);
        Cut cut = new Cut(
                ++number,
                number,
                Instant.now(),
                SourcePosition.EMPTY,
                new SourcePosition(Map.of("atlas.public.product/0", Long.toString(number))),
                List.of(TABLE),
                List.of(closes));
        CurrentTableCommit.commit(
                table, table.currentSnapshot(), new RowChanges(fresh, gone, List.of(), List.of()), cut);
        table.refresh();
    }

    private void expire(Expiry expiry, int day) {
        long before = System.nanoTime();
        Expiry.Expired done = expiry.run(TABLE);
        expiries.add((System.nanoTime() - before) / 1e6);
        garbage += done.garbage();
        manifestsRead += done.manifestsRead();
        int tenth = Math.max(1, days / 10);
        if (day == tenth - 1 || day == days - 1) {
            expiries.sort(null);
            print(
                    "expiry",
                    "\"upToDay\":%d,\"expiries\":%d,\"garbage\":%d,\"manifestsRead\":%d,\"medianMilliseconds\":%.1f"
                            .formatted(
                                    day + 1,
                                    expiries.size(),
                                    garbage,
                                    manifestsRead,
                                    expiries.get(expiries.size() / 2)));
        }
        if (day % tenth == tenth - 1) {
            expiries.clear();
            garbage = 0;
            manifestsRead = 0;
        }
    }

    private void metadata(Table table) throws IOException {
        print("metadata", "\"tags\":%d,\"bytes\":%d".formatted(days, bytes(table)));
    }

    /** Each is loaded from the catalog and planned, as a query begins. */
    private void opening(Lake lake) throws IOException {
        List<Double> ratios = new ArrayList<>();
        double head = 0;
        double day = 0;
        for (Map.Entry<String, Double> sample : asHead.entrySet()) {
            double now = median(lake, sample.getKey());
            ratios.add(now / sample.getValue());
            head += sample.getValue();
            day += now;
        }
        ratios.sort(null);
        print(
                "opening",
                "\"days\":%d,\"asHeadMilliseconds\":%.1f,\"asDayMilliseconds\":%.1f,\"medianRatio\":%.2f,\"currentHeadMilliseconds\":%.1f"
                        .formatted(
                                ratios.size(),
                                head / ratios.size(),
                                day / ratios.size(),
                                ratios.get(ratios.size() / 2),
                                median(lake, null)));
    }

    private double median(Lake lake, @Nullable String tag) throws IOException {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            times.add(open(lake, tag));
        }
        times.sort(null);
        return times.get(1);
    }

    private double open(Lake lake, @Nullable String tag) throws IOException {
        long before = System.nanoTime();
        Table table = lake.table(TABLE);
        var scan = tag == null ? table.newScan() : table.newScan().useRef(tag);
        int count = 0;
        try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
            for (FileScanTask task : tasks) {
                count += task.file().recordCount() > 0 ? 1 : 0;
            }
        }
        if (count != files) {
            throw new IllegalStateException("%s has %d files and not %d".formatted(tag, count, files));
        }
        return (System.nanoTime() - before) / 1e6;
    }

    private static void print(String job, String figures) {
        System.out.println(String.format(
                Locale.ROOT,
                "{\"bench\":\"tags\",\"job\":\"%s\",%s,\"processors\":%d}",
                job,
                figures,
                Runtime.getRuntime().availableProcessors()));
    }
}
