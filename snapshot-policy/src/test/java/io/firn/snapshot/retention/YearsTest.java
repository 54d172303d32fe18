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
import io.firn.workbench.Scan;
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
import java.util.stream.StreamSupport;
import org.apache.iceberg.HasTableOperations;
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
 * {@code -Dfirn.years.days=760 -Dfirn.years.retain=730} lets two years go by; {@code -Dfirn.years.minute-days=2}
 * commits every minute on the last two of them and compacts every hour, and {@code -Dfirn.years.minute-every=30} on
 * every thirtieth day.
 */
class YearsTest {
    private static final Logger LOG = LoggerFactory.getLogger(YearsTest.class);
    private static final int DAYS = Integer.getInteger("firn.years.days", 12);
    private static final int RETAINED_DAYS = Integer.getInteger("firn.years.retain", 7);
    private static final int CUTS_A_DAY = Integer.getInteger("firn.years.cuts", 2);
    private static final int MINUTE_DAYS = Integer.getInteger("firn.years.minute-days", 0);
    private static final int MINUTE_EVERY = Integer.getInteger("firn.years.minute-every", DAYS + 1);
    private static final int MINUTES_A_DAY = 1_440;
    private static final int MINUTES_PER_COMPACTION = 60;
    private static final int DAYS_PER_COMPACTION = 4;
    private static final int DAYS_MADE_AGAIN = 25;
    private static final int ROWS = 300;
    private static final long SEED = Long.getLong("firn.years.seed", 4711);
    private static final LocalDate FIRST = LocalDate.of(2024, 10, 1);

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final SnapshotsConfig config = new SnapshotsConfig(
            TestShop.BERLIN,
            SnapshotsConfig.DayClose.TIME,
            Period.ofDays(RETAINED_DAYS),
            LongerRetention.NONE,
            Duration.ofDays(1),
            Duration.ofDays(1),
            LedgerConfig.UNSIGNED,
            SourceClock.STOP_AT_A_DAY);
    private final TreeMap<LocalDate, Digest> digests = new TreeMap<>();
    private final Map<LocalDate, Long> newBytes = new HashMap<>();
    private Set<String> filesBefore = Set.of();

    private Instant now = Instant.EPOCH;

    @Test
    void everyDayStaysReadableAsItWasWithinTheModelsStorage() throws IOException {
        try (TestShop shop = new TestShop(folder, "product")) {
            for (int day = 0; day < DAYS; day++) {
                if (day >= DAYS - MINUTE_DAYS || day % MINUTE_EVERY == MINUTE_EVERY - 1) {
                    minuteByMinute(shop, FIRST.plusDays(day));
                } else {
                    trade(shop, FIRST.plusDays(day), day);
                    keepHouse(shop);
                }
                shop.history.values().forEach(Map::clear);
            }
            now = now.plus(Duration.ofDays(2));
            housekeeping(shop);
            collect(shop, now.plus(Duration.ofDays(2)));
            everyKeptDayHasItsDigest(shop);
            daysComeOutOfTheChangeLogAgain(shop);
            theLedgerIsProven(shop);
            nothingIsStoredBeyondTheModel(shop);
            metadataIsSmall(shop);
        }
    }

    private void trade(TestShop shop, LocalDate day, int number) {
        for (int cut = 0; cut < CUTS_A_DAY; cut++) {
            commit(shop, day, cut, CUTS_A_DAY);
        }
        close(shop, day);
        if (number % DAYS_PER_COMPACTION == DAYS_PER_COMPACTION - 1) {
            shop.compact("product");
        }
    }

    private void minuteByMinute(TestShop shop, LocalDate day) throws IOException {
        Duration before = cpu();
        long largest = 0;
        for (int minute = 0; minute < MINUTES_A_DAY; minute++) {
            commit(shop, day, minute, MINUTES_A_DAY);
            if (minute % MINUTES_PER_COMPACTION == MINUTES_PER_COMPACTION / 2) {
                shop.compact("product");
                largest = Math.max(largest, metadataBytes(shop));
            }
        }
        close(shop, day);
        Duration committed = cpu();
        keepHouse(shop);
        LOG.warn(
                "{}: {} commits and compactions {} ms of CPU, entry, expiry and collection {} ms; metadata at most {} bytes, then {}",
                day,
                MINUTES_A_DAY,
                committed.minus(before).toMillis(),
                cpu().minus(committed).toMillis(),
                largest,
                metadataBytes(shop));
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private void commit(TestShop shop, LocalDate day, int cut, int cuts) {
        for (int change = 0; change < 12; change++) {
            long id = random.nextInt(ROWS);
            shop.put("product", id, "name-" + random.nextInt(), random.nextInt(90_000) + ".50");
        }
        now = day.atStartOfDay()
                .plusMinutes((long) cut * MINUTES_A_DAY / cuts)
                .atZone(TestShop.BERLIN)
                .toInstant();
        shop.commit(now, cut == cuts - 1 ? new String[] {"day-" + day} : new String[0]);
    }

    private void close(TestShop shop, LocalDate day) {
        Table table = shop.lake.table("product");
        digests.put(day, shop.workbench.digest(Scan.of(table, new AsOf.Day(day))));
        newBytes.put(day, bytesSince(table));
    }

    /** Bytes of files that are live now and were not when this was asked last. */
    private long bytesSince(Table table) {
        Set<String> live = new SnapshotFiles(table).live(table.currentSnapshot().allManifests(table.io()));
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
        housekeeping(shop);
    }

    private void housekeeping(TestShop shop) {
        Clock clock = Clock.fixed(now, TestShop.BERLIN);
        for (String table : List.of("product", "product_changes")) {
            Table known = shop.lake.table(table);
            new Expiry(shop.lake, config, clock, snapshot -> taken(known, snapshot)).run(table);
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
        long sinceLastDay = bytesSince(table);
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
