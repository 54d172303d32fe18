package io.firn.snapshot.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.CutProperties;
import io.firn.catalog.LocalFileIO;
import io.firn.catalog.MainLine;
import io.firn.snapshot.LakeFolder;
import io.firn.snapshot.TestShop;
import io.firn.snapshot.TextFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.FileInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final LocalDate FIRST = LocalDate.now(ZoneOffset.UTC).minusDays(3);

    @TempDir
    Path folder;

    private TestShop shop;
    private Instant now = Instant.now().plus(Duration.ofDays(2));
    private final Random random = new Random(7);

    @BeforeEach
    void open() {
        shop = new TestShop(folder, "product");
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private Clock clock() {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private Expiry expiry() {
        return new Expiry(shop.lake, TestShop.snapshots(), clock());
    }

    private GarbageCollection collection() {
        return new GarbageCollection(shop.lake, TestShop.snapshots(), clock());
    }

    private Table product() {
        return shop.lake.table("product");
    }

    private void someChanges(int cuts) {
        for (int i = 0; i < cuts; i++) {
            for (int change = 0; change < 4; change++) {
                shop.put("product", random.nextInt(12), "n" + random.nextInt(), random.nextInt(1000) + ".00");
            }
            shop.commit(Instant.now());
        }
    }

    private void day(int number) {
        someChanges(3);
        if (number % 2 == 1) {
            shop.compact("product");
        }
        shop.commit(Instant.now(), "day-" + FIRST.plusDays(number));
    }

    private static List<Snapshot> snapshots(Table table) {
        return StreamSupport.stream(table.snapshots().spliterator(), false).toList();
    }

    private Set<String> dataAndManifests(Table table) {
        return TextFiles.list(table.io(), table.location()).stream()
                .map(FileInfo::location)
                .filter(location -> !location.endsWith(".metadata.json"))
                .map(Locations::normal)
                .collect(Collectors.toSet());
    }

    private Set<String> needed(Table table) {
        return Locations.normal(new SnapshotFiles(table).reachable(snapshots(table).stream()));
    }

    private void collect() {
        now = now.plus(Duration.ofDays(2));
        GarbageCollection.Plan plan = collection().plan("product");
        collection().check(plan);
        collection().run(plan);
    }

    private void everyTagReads() {
        Table table = product();
        table.refs().forEach((name, ref) -> {
            Snapshot snapshot = table.snapshot(ref.snapshotId());
            long cut = CutProperties.appliedAt(table, snapshot).number();
            assertThat(TestShop.read(table, ref.snapshotId())).as(name).isEqualTo(shop.held("product", cut));
        });
    }

    @Test
    void whatIsYoungOrTaggedIsKept() {
        day(0);
        someChanges(2);
        Table table = product();
        int all = snapshots(table).size();
        now = Instant.now().plus(Duration.ofHours(1));
        assertThat(expiry().plan("product")).isEqualTo(new ExpiryPlan("product", List.of(), List.of(), all));
        now = Instant.now().plus(Duration.ofHours(25));
        ExpiryPlan plan = expiry().plan("product");
        assertThat(plan.kept()).isEqualTo(2);
        assertThat(plan.snapshots()).hasSize(all - 2);
        expiry().run("product");
        assertThat(snapshots(product()))
                .extracting(Snapshot::snapshotId)
                .containsExactlyInAnyOrder(
                        product().currentSnapshot().snapshotId(), shop.tagged("product", "day-" + FIRST));
        assertThat(expiry().plan("product").isEmpty()).isTrue();
    }

    @Test
    void filesOfExpiredSnapshotsAreCollectedToTheLastOneAndNoOthers() {
        for (int day = 0; day < 3; day++) {
            day(day);
        }
        someChanges(1);
        expiry().run("product");
        assertThat(collection().plan("product").locations()).isEmpty();
        assertThat(collection().plan("product").waiting()).isPositive();
        collect();
        assertThat(dataAndManifests(product())).isEqualTo(needed(product()));
        everyTagReads();
        day(3);
        someChanges(2);
        now = now.plus(Duration.ofDays(2));
        expiry().run("product");
        collect();
        assertThat(dataAndManifests(product())).isEqualTo(needed(product()));
        everyTagReads();
    }

    @Test
    void aDayThatIsTooOldGoesWithItsFiles() {
        day(0);
        day(1);
        day(2);
        expiry().run("product");
        collect();
        LocalDate newest = FIRST.plusDays(1).plusMonths(24);
        now = newest.atTime(12, 0).toInstant(ZoneOffset.UTC);
        assertThat(expiry().plan("product").tags()).isEmpty();
        shop.commit(now, "day-" + newest);
        assertThat(expiry().plan("product").tags()).containsExactly("day-" + FIRST);
        expiry().run("product");
        assertThat(product().refs())
                .containsOnlyKeys("main", "day-" + FIRST.plusDays(1), "day-" + FIRST.plusDays(2), "day-" + newest);
        collect();
        assertThat(dataAndManifests(product())).isEqualTo(needed(product()));
        everyTagReads();
    }

    @Test
    void aHoldKeepsATagBeyondItsTime() {
        day(0);
        String tag = "day-" + FIRST;
        Holds holds = new Holds(shop.lake);
        assertThatThrownBy(() -> holds.place(List.of("product"), "day-2001-01-01", "case 4711"))
                .hasMessage("no hold was placed: none of the tables product has a tag day-2001-01-01");
        holds.place(List.of("product"), tag, "case 4711");
        assertThat(holds.of(List.of("product"))).containsExactly(new Holds.Hold("product", tag, "case 4711"));
        now = FIRST.plusMonths(40).atStartOfDay().toInstant(ZoneOffset.UTC);
        shop.commit(now, "day-" + FIRST.plusMonths(39));
        assertThat(expiry().plan("product").tags()).isEmpty();
        assertThat(holds.release(List.of("product"), tag)).hasSize(1);
        assertThat(expiry().plan("product").tags()).containsExactly(tag);
    }

    @Test
    void aClockThatJumpsTenYearsAheadEndsNoDay() {
        day(0);
        day(1);
        now = FIRST.plusYears(10).atStartOfDay().toInstant(ZoneOffset.UTC);
        assertThat(expiry().plan("product").tags()).isEmpty();
        assertThat(expiry().run("product").plan().kept()).isEqualTo(2);
        everyTagReads();
        now = FIRST.minusYears(10).atStartOfDay().toInstant(ZoneOffset.UTC);
        assertThat(expiry().plan("product").isEmpty()).isTrue();
    }

    @Test
    void aDayThatClosedAndIsNotTaggedIsKept() {
        day(0);
        product().manageSnapshots().removeTag("day-" + FIRST).commit();
        long closing = product().currentSnapshot().snapshotId();
        someChanges(1);
        assertThat(expiry().plan("product").snapshots()).doesNotContain(closing);
        expiry().run("product");
        assertThat(product().snapshot(closing)).isNotNull();
    }

    @Test
    void theSnapshotThatSaysWhichCutATaggedCompactionHoldsIsKept() {
        someChanges(2);
        shop.compact("product");
        Table table = product();
        table.manageSnapshots()
                .createTag("q4", table.currentSnapshot().snapshotId())
                .commit();
        long cut = shop.last().number();
        someChanges(2);
        expiry().run("product");
        Snapshot tagged = product().snapshot(shop.tagged("product", "q4"));
        assertThat(CutProperties.appliedAt(product(), tagged).number()).isEqualTo(cut);
    }

    @Test
    void aLogKeepsWhatItsTableDoesNotHoldYet() {
        someChanges(3);
        RetentionRules rules = new RetentionRules(TestShop.snapshots(), now);
        Table log = shop.lake.table("product_changes");
        assertThat(rules.plan("product_changes", log, 3).snapshots()).hasSize(2);
        assertThat(rules.plan("product_changes", log, 1).snapshots()).hasSize(1);
        expiry().run("product_changes");
        now = now.plus(Duration.ofDays(2));
        collection().run(collection().plan("product_changes"));
        assertThat(CutProperties.applied(shop.lake.table("product_changes")).number())
                .isEqualTo(3);
        assertThat(dataAndManifests(log)).isEqualTo(needed(shop.lake.table("product_changes")));
    }

    @Test
    void aTableThatWasRolledBackIsReadWhole() {
        day(0);
        long good = product().currentSnapshot().snapshotId();
        someChanges(2);
        product().manageSnapshots().rollbackTo(good).commit();
        assertThat(Garbage.isLine(product())).isFalse();
        product().newFastAppend().commit();
        expiry().run("product");
        assertThat(product().properties()).doesNotContainKey(Garbage.FORKED);
        assertThat(Garbage.isLine(product())).isTrue();
        collect();
        assertThat(dataAndManifests(product())).isEqualTo(needed(product()));
        assertThat(TestShop.read(product(), good)).isEqualTo(shop.held("product", 4L));
    }

    @Test
    void aTagBesideTheLineKeepsItsFilesForGood() {
        day(0);
        long good = product().currentSnapshot().snapshotId();
        someChanges(2);
        long aside = product().currentSnapshot().snapshotId();
        product().manageSnapshots().createTag("aside", aside).commit();
        product().manageSnapshots().rollbackTo(good).commit();
        product().newFastAppend().commit();
        expiry().run("product");
        assertThat(product().properties()).containsEntry(Garbage.FORKED, "true");
        collect();
        product().newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
        product().newFastAppend().commit();
        now = now.plus(Duration.ofDays(2));
        expiry().run("product");
        collect();
        assertThat(dataAndManifests(product())).isEqualTo(needed(product()));
        assertThat(TestShop.read(product(), aside)).isEqualTo(shop.held("product", 6));
        assertThat(TestShop.read(product(), good)).isEqualTo(shop.held("product", 4));
    }

    @Test
    void aBranchThatIsWrittenAndDroppedLeavesTheLineALine() {
        day(0);
        product()
                .manageSnapshots()
                .createBranch("load", product().currentSnapshot().snapshotId())
                .commit();
        product().newFastAppend().toBranch("load").commit();
        long inside = Objects.requireNonNull(product().refs().get("load")).snapshotId();
        product().newFastAppend().toBranch("load").commit();
        someChanges(1);
        assertThat(expiry().run("product").plan().snapshots()).isNotEmpty().doesNotContain(inside);
        product().manageSnapshots().removeBranch("load").commit();
        now = now.plus(Duration.ofDays(2));
        someChanges(1);
        expiry().run("product");
        collect();
        assertThat(dataAndManifests(product())).isEqualTo(needed(product()));
        everyTagReads();
    }

    @Test
    void aNoteWhoseExpiryNeverTookPlaceDeletesNothing() {
        day(0);
        someChanges(2);
        Table table = product();
        ExpiryPlan plan = expiry().plan("product");
        GarbageRecord note = new GarbageRecord(
                table.uuid().toString(),
                0,
                table.currentSnapshot().sequenceNumber(),
                plan.snapshots(),
                List.of(),
                new ArrayList<>(Garbage.of(table, plan.snapshots()).locations()));
        String location = LakeFolder.of(table, Expiry.FOLDER) + "/0-crashed.json";
        TextFiles.write(table.io(), location, note.json());
        GarbageCollection.Plan collect = collection().plan("product");
        assertThat(collect.locations()).isEmpty();
        assertThat(collect.notes()).containsExactly(location);
        collection().run(collect);
        assertThat(TextFiles.list(table.io(), LakeFolder.of(table, Expiry.FOLDER)))
                .isEmpty();
        everyTagReads();
    }

    @Test
    void aFileThatAnotherWriterAddedAgainIsSpared() {
        someChanges(1);
        Table table = product();
        var file = table.currentSnapshot()
                .addedDataFiles(table.io())
                .iterator()
                .next()
                .copy();
        shop.compact("product");
        someChanges(1);
        now = now.plus(Duration.ofDays(1));
        assertThat(expiry().run("product").garbage()).isPositive();
        product().newFastAppend().appendFile(file).commit();
        now = now.plus(Duration.ofDays(2));
        GarbageCollection.Plan plan = collection().plan("product");
        assertThat(plan.locations()).isNotEmpty().doesNotContain(file.location());
        collection().check(plan);
    }

    @Test
    void aPlanThatWouldDeleteWhatIsNeededFailsItsCheck() {
        someChanges(1);
        String list = product().currentSnapshot().manifestListLocation();
        assertThatThrownBy(() -> collection().check(new GarbageCollection.Plan("product", List.of(list), List.of(), 0)))
                .hasMessage("table product still needs " + list);
    }

    @Test
    void theCostOfAnExpiryDoesNotGrowWithTheTable() {
        int small = costOfADay();
        for (int day = 0; day < 2; day++) {
            costOfADay();
        }
        assertThat(costOfADay()).isLessThanOrEqualTo(small + 4);
    }

    private int days;

    private int costOfADay() {
        for (int cut = 0; cut < 3; cut++) {
            long id = 1000L * ++days;
            shop.put("product", id, "n", "1.00")
                    .put("product", id + 1, "m", "1.00")
                    .commit(Instant.now());
            shop.put("product", id, "n", "2.00").commit(Instant.now());
        }
        shop.commit(Instant.now(), "day-" + FIRST.minusDays(400).plusDays(days));
        now = now.plus(Duration.ofDays(2));
        return expiry().run("product").manifestsRead();
    }

    @Test
    void orphansAreFoundAndNothingElse() throws IOException {
        day(0);
        someChanges(2);
        expiry().run("product");
        Table table = product();
        Path young = LocalFileIO.path(table.location()).resolve("data/young.parquet");
        Path old = LocalFileIO.path(table.location()).resolve("data/old.parquet");
        Files.writeString(young, "x");
        Files.writeString(old, "xy");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(9))));
        Path rewritten = LocalFileIO.path(table.location()).resolve("data/compact-1-00001-x.parquet");
        Path journal = LocalFileIO.path(table.location()).resolve("metadata/firn-compaction/compact-1.json");
        Files.createDirectories(journal.getParent());
        for (Path file : List.of(rewritten, journal)) {
            Files.setLastModifiedTime(
                    Files.writeString(file, "{}"), FileTime.from(Instant.now().minus(Duration.ofDays(9))));
        }
        OrphanSweep sweep = new OrphanSweep(shop.lake, Clock.systemUTC());
        OrphanSweep.Orphans orphans = sweep.find("product", Duration.ofDays(7));
        assertThat(orphans.locations()).extracting(Locations::normal).containsExactly(old.toString());
        assertThat(orphans.bytes()).isEqualTo(2);
        assertThat(sweep.delete(orphans)).isEqualTo(1);
        assertThat(sweep.delete(orphans)).isEqualTo(0);
        assertThat(young).exists();
        OrphanSweep later = new OrphanSweep(shop.lake, clock());
        Set<String> found =
                new HashSet<>(later.find("product", Duration.ofDays(1)).locations());
        assertThat(Locations.normal(found)).containsExactly(young.toString());
        assertThat(MainLine.of(product())).isNotEmpty();
        everyTagReads();
    }
}
