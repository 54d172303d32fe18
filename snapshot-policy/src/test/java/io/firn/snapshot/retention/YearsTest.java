package io.firn.snapshot.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.LocalFileIO;
import io.firn.catalog.config.LedgerConfig;
import io.firn.catalog.config.LongerRetention;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.catalog.config.SourceClock;
import io.firn.snapshot.TestShop;
import io.firn.snapshot.TextFiles;
import io.firn.snapshot.ledger.Ledger;
import io.firn.snapshot.ledger.LedgerAudit;
import io.firn.snapshot.replay.Replay;
import io.firn.snapshot.replay.Start;
import io.firn.workbench.AsOf;
import io.firn.workbench.Digest;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Scan;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.io.FileInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many days with a manual clock: commits, compactions, tags, entries in the ledger, expiry and garbage collection.
 * {@code -Dfirn.years.days=760 -Dfirn.years.retain=730} lets two years go by. The last day ends with commits every
 * minute and a compaction, expiry and collection every hour; {@code -Dfirn.years.minutes=1440} has it so all day long,
 * {@code -Dfirn.years.minute-days=2} on the last two days, and {@code -Dfirn.years.minute-every=30} on every thirtieth.
 */
class YearsTest {
    private static final Logger LOG = LoggerFactory.getLogger(YearsTest.class);
    private static final int DAYS = Integer.getInteger("firn.years.days", 12);
    private static final int RETAINED_DAYS = Integer.getInteger("firn.years.retain", 7);
    private static final int CUTS_A_DAY = Integer.getInteger("firn.years.cuts", 2);
    private static final int MINUTE_DAYS = Integer.getInteger("firn.years.minute-days", 1);
    private static final int MINUTE_EVERY = Integer.getInteger("firn.years.minute-every", DAYS + 1);
    private static final int MINUTES = Integer.getInteger("firn.years.minutes", 100);
    private static final int MINUTES_PER_COMPACTION = 60;
    private static final int DAYS_PER_COMPACTION = 4;
    private static final int MANY_MANIFESTS = 20;
    private static final int MANY_FILES = 8;
    private static final int DAYS_MADE_AGAIN = Integer.getInteger("firn.years.made-again", 25);
    private static final int ROWS = 300;
    private static final long SEED = Long.getLong("firn.years.seed", 4711);
    private static final LocalDate FIRST = LocalDate.of(2024, 10, 1);

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final SnapshotsConfig config = keepingAll(Duration.ofDays(1));
    private final TreeMap<LocalDate, Digest> digests = new TreeMap<>();
    private final Map<LocalDate, Long> newBytes = new HashMap<>();
    private Set<String> filesBefore = Set.of();

    private Instant now = Instant.EPOCH;

    @Test
    void everyDayStaysReadableAsItWasWithinTheModelsStorage() throws IOException {
        try (TestShop shop = new TestShop(folder, "product").writeSmallFiles()) {
            for (int day = 0; day < DAYS; day++) {
                if (day >= DAYS - MINUTE_DAYS || day % MINUTE_EVERY == MINUTE_EVERY - 1) {
                    minuteByMinute(shop, FIRST.plusDays(day));
                } else {
                    trade(shop, FIRST.plusDays(day), day);
                    keepHouse(shop);
                }
                shop.forget();
            }
            now = now.plus(Duration.ofDays(2));
            housekeeping(shop, config);
            collect(shop, now.plus(Duration.ofDays(2)));
            everyKeptDayHasItsDigest(shop);
            daysComeOutOfTheChangeLogAgain(shop);
            theLedgerIsProven(shop);
            nothingIsStoredBeyondTheModel(shop);
            metadataIsSmall(shop);
        }
    }

    private static SnapshotsConfig keepingAll(Duration time) {
        return new SnapshotsConfig(
                TestShop.BERLIN,
                SnapshotsConfig.DayClose.TIME,
                Period.ofDays(RETAINED_DAYS),
                LongerRetention.NONE,
                time,
                Duration.ofDays(1),
                LedgerConfig.UNSIGNED,
                SourceClock.STOP_AT_A_DAY);
    }

    private void trade(TestShop shop, LocalDate day, int number) {
        for (int cut = 0; cut < CUTS_A_DAY; cut++) {
            commit(shop, day, Duration.ofDays(1), cut, CUTS_A_DAY);
        }
        close(shop, day);
        if (number % DAYS_PER_COMPACTION == DAYS_PER_COMPACTION - 1) {
            shop.compact("product");
            joinManifests(shop);
        }
    }

    /** So many commits are kept for an hour, not for a day. */
    private void minuteByMinute(TestShop shop, LocalDate day) throws IOException {
        SnapshotsConfig brief = keepingAll(Duration.ofHours(1));
        Duration before = cpu();
        Duration hourly = Duration.ZERO;
        long largest = 0;
        for (int minute = 0; minute < MINUTES; minute++) {
            commit(shop, day, Duration.ofMinutes(MINUTES), minute, MINUTES);
            if (minute % MINUTES_PER_COMPACTION == MINUTES_PER_COMPACTION / 2) {
                largest = Math.max(largest, metadataBytes(shop));
                Duration committed = cpu();
                shop.compact("product");
                joinManifests(shop);
                housekeeping(shop, brief);
                hourly = hourly.plus(cpu()).minus(committed);
            }
        }
        Duration commits = cpu().minus(before).minus(hourly);
        close(shop, day);
        compactLog(shop);
        new Ledger(shop.lake, config, shop.workbench).catchUp(List.of("product"));
        LOG.warn(
                "{}: {} commits {} ms of CPU, {} us each, hourly work {} ms, the day's {} ms; metadata at most {} bytes, now {}; {} files",
                day,
                MINUTES,
                commits.toMillis(),
                commits.toNanos() / MINUTES / 1000,
                hourly.toMillis(),
                cpu().minus(before).minus(hourly).minus(commits).toMillis(),
                largest,
                metadataBytes(shop),
                filesInAll());
    }

    private static void joinManifests(TestShop shop) {
        Table log = shop.lake.table("product_changes");
        if (log.currentSnapshot().dataManifests(log.io()).size() >= MANY_MANIFESTS) {
            log.rewriteManifests().clusterBy(file -> "").commit();
        }
    }

    /** Joins the files of each day that has many. */
    private void compactLog(TestShop shop) {
        Table log = shop.lake.table("product_changes");
        Scan scan = Scan.of(log, new AsOf.Head());
        List<FileScanTask> files = Workbench.plan(scan).stream()
                .collect(Collectors.groupingBy(
                        task -> log.spec().partitionToPath(task.file().partition())))
                .values()
                .stream()
                .filter(ofDay -> ofDay.size() >= MANY_FILES)
                .flatMap(List::stream)
                .toList();
        if (files.isEmpty()) {
            return;
        }
        RewriteFiles rewrite =
                log.newRewrite().validateFromSnapshot(log.currentSnapshot().snapshotId());
        files.forEach(task -> rewrite.deleteFile(task.file()));
        try (TableView view = shop.workbench.view(shop.connection(), "log", scan, files)) {
            new ParquetOut(log, "joined", FileSettings.of(log), folder.resolve("upload"))
                    .writePartitioned(shop.connection(), view.name(), "_cut, _offset")
                    .forEach(rewrite::addFile);
        }
        rewrite.commit();
    }

    private long filesInAll() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("warehouse"))) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** One of the cuts that are evenly spread over the last {@code time} of a day. */
    private void commit(TestShop shop, LocalDate day, Duration time, int cut, int cuts) {
        for (int change = 0; change < 12; change++) {
            long id = random.nextInt(ROWS);
            shop.put("product", id, "name-" + random.nextInt(), random.nextInt(90_000) + ".50");
        }
        Instant midnight = day.atStartOfDay(TestShop.BERLIN).toInstant();
        Duration length = Duration.between(
                midnight, day.plusDays(1).atStartOfDay(TestShop.BERLIN).toInstant());
        Duration spread = time.compareTo(length) < 0 ? time : length;
        now = midnight.plus(length).minus(spread).plus(spread.multipliedBy(cut).dividedBy(cuts));
        shop.commit(now, cut == cuts - 1 ? new String[] {"day-" + day} : new String[0]);
    }

    private void close(TestShop shop, LocalDate day) {
        Table table = shop.lake.table("product");
        digests.put(day, shop.workbench.digest(Scan.of(table, new AsOf.Day(day))));
        newBytes.put(day, bytesSince(table, new AsOf.Day(day).resolve(table).orElseThrow()));
    }

    /** Bytes of files that are live in a snapshot and were not in the one that was asked for last. */
    private long bytesSince(Table table, Snapshot snapshot) {
        Set<String> live = new SnapshotFiles(table).live(snapshot.allManifests(table.io()));
        long bytes = live.stream()
                .filter(file -> !filesBefore.contains(file))
                .mapToLong(file -> table.io().newInputFile(file).getLength())
                .sum();
        filesBefore = live;
        return bytes;
    }

    private void keepHouse(TestShop shop) {
        new Ledger(shop.lake, config, shop.workbench).catchUp(List.of("product"));
        now = now.plus(Duration.ofHours(10));
        housekeeping(shop, config);
    }

    private void housekeeping(TestShop shop, SnapshotsConfig kept) {
        Clock clock = Clock.fixed(now, TestShop.BERLIN);
        for (String table : List.of("product", "product_changes")) {
            Table known = shop.lake.table(table);
            new Expiry(shop.lake, kept, clock, snapshot -> taken(known, snapshot)).run(table);
        }
        collect(shop, now);
    }

    private void collect(TestShop shop, Instant at) {
        GarbageCollection collection = new GarbageCollection(shop.lake, config, Clock.fixed(at, TestShop.BERLIN));
        for (String table : List.of("product", "product_changes")) {
            collection.run(collection.plan(table));
        }
    }

    /** A compaction's is that of the cut before it. */
    private static Instant taken(Table table, Snapshot snapshot) {
        Cut cut = Cut.of(snapshot.summary()).orElseGet(() -> CutProperties.appliedAt(table, snapshot));
        return cut.committedAt();
    }

    private void everyKeptDayHasItsDigest(TestShop shop) {
        Table table = shop.lake.table("product");
        LocalDate first = digests.lastKey().plusDays(1).minusDays(RETAINED_DAYS);
        assertThat(AsOf.days(table))
                .containsExactlyElementsOf(digests.tailMap(first, true).keySet());
        digests.tailMap(first, true)
                .forEach((day, digest) -> assertThat(shop.workbench.digest(Scan.of(table, new AsOf.Day(day))))
                        .as("%s, seed %d", day, SEED)
                        .isEqualTo(digest));
    }

    /** Some of them, and the last one from the very first change on. */
    private void daysComeOutOfTheChangeLogAgain(TestShop shop) {
        Replay replay = new Replay(
                shop.lake, config, shop.workbench, Clock.fixed(now, TestShop.BERLIN), folder.resolve("upload"));
        List<LocalDate> kept = AsOf.days(shop.lake.table("product"));
        int step = Math.max(1, kept.size() / DAYS_MADE_AGAIN);
        for (int i = kept.size() - 1; i >= 0; i -= step) {
            madeAgain(replay, kept.get(i), Start.NEAREST_DAY);
        }
        madeAgain(replay, kept.get(kept.size() - 1), Start.BEGINNING);
    }

    private void madeAgain(Replay replay, LocalDate day, Start start) {
        assertThat(replay.run("product", day, start, Namespace.of("again")).rebuilt())
                .as("%s from %s, seed %d", day, start, SEED)
                .isEqualTo(digests.get(day));
    }

    private void theLedgerIsProven(TestShop shop) {
        LedgerAudit.Verdict verdict = new LedgerAudit(
                        shop.lake, config, shop.workbench, Clock.fixed(now, TestShop.BERLIN))
                .verify(List.of("product"), LedgerAudit.Depth.METADATA, null);
        assertThat(verdict.allProblems()).isEmpty();
        assertThat(verdict.days()).hasSize(DAYS);
    }

    private void nothingIsStoredBeyondTheModel(TestShop shop) {
        Table table = shop.lake.table("product");
        Set<String> needed = Locations.normal(new SnapshotFiles(table)
                .reachable(StreamSupport.stream(table.snapshots().spliterator(), false)));
        List<FileInfo> stored = TextFiles.list(table.io(), table.location()).stream()
                .filter(file -> !file.location().endsWith(".metadata.json")
                        && !file.location().endsWith(".metadata.json.gz")
                        && !file.location().contains("gz.metadata.json"))
                .toList();
        Set<String> found =
                stored.stream().map(file -> Locations.normal(file.location())).collect(Collectors.toSet());
        assertThat(found.stream().filter(file -> !needed.contains(file)))
                .as("not needed, seed " + SEED)
                .isEmpty();
        assertThat(needed.stream().filter(file -> !found.contains(file)))
                .as("missing, seed " + SEED)
                .isEmpty();
        List<LocalDate> kept = AsOf.days(table);
        long first = liveBytes(table, new AsOf.Day(kept.get(0)).resolve(table).orElseThrow());
        long rewritten = kept.stream()
                .skip(1)
                .mapToLong(day -> newBytes.getOrDefault(day, 0L))
                .sum();
        long sinceLastDay = bytesSince(table, table.currentSnapshot());
        long data = stored.stream()
                .filter(file -> file.location().contains("/data/"))
                .mapToLong(FileInfo::size)
                .sum();
        LOG.warn(
                "{} days, {} kept in {} snapshots and {} files: {} bytes; model: the first day's {} + {} rewritten between days + {} since = {}",
                DAYS,
                kept.size(),
                StreamSupport.stream(table.snapshots().spliterator(), false).count(),
                stored.size(),
                data,
                first,
                rewritten,
                sinceLastDay,
                first + rewritten + sinceLastDay);
        assertThat(data).isLessThanOrEqualTo(first + rewritten + sinceLastDay);
    }

    private static long liveBytes(Table table, Snapshot snapshot) {
        return new SnapshotFiles(table)
                .live(snapshot.allManifests(table.io())).stream()
                        .mapToLong(file -> table.io().newInputFile(file).getLength())
                        .sum();
    }

    private static void metadataIsSmall(TestShop shop) throws IOException {
        long bytes = metadataBytes(shop);
        LOG.warn("metadata {} bytes", bytes);
        assertThat(bytes).isLessThanOrEqualTo(1 << 20);
    }

    private static long metadataBytes(TestShop shop) throws IOException {
        Table table = shop.lake.table("product");
        String location = ((HasTableOperations) table).operations().current().metadataFileLocation();
        return Files.size(LocalFileIO.path(location));
    }
}
