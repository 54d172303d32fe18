package io.firn.snapshot.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.LocalFileIO;
import io.firn.catalog.TableDefinition;
import io.firn.snapshot.TestShop;
import io.firn.workbench.AsOf;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 11, 17);
    private static final Instant NOON = Instant.parse("2026-11-17T11:00:00Z");
    private static final Namespace ELSEWHERE = Namespace.of("shop_replay");
    private static final long SEED = 11;

    @TempDir
    private static Path temporary;

    private static Path folder;
    private static TestShop original;

    private TestShop shop;
    private Replay replay;

    @BeforeAll
    static void fourDays() throws IOException {
        folder = Files.createDirectory(temporary.resolve("lake"));
        original = new TestShop(folder, "product");
        Random random = new Random(SEED);
        for (int cut = 0; cut < 12; cut++) {
            if (cut == 7) {
                original.put("product", 3, "gone at once", "1.00").truncate("product");
            }
            for (int change = 0; change < 8; change++) {
                long id = random.nextInt(15);
                if (random.nextInt(4) == 0 && original.rows("product").containsKey(id)) {
                    original.delete("product", id);
                } else {
                    original.put("product", id, "n" + random.nextInt(50), random.nextInt(900) + ".00");
                }
            }
            Instant at = NOON.plus(Duration.ofDays(cut / 3)).plusSeconds(cut);
            original.commit(at, cut % 3 == 2 ? new String[] {"day-" + FIRST.plusDays(cut / 3)} : new String[0]);
        }
        original.put("product", 99, "after", "1.00").commit(NOON.plus(Duration.ofDays(5)));
        original.close();
        TestShop.copy(folder, temporary.resolve("backup"));
    }

    @BeforeEach
    void open() throws IOException {
        TestShop.copy(temporary.resolve("backup"), folder);
        shop = new TestShop(folder, original);
        Clock clock = Clock.fixed(NOON.plus(Duration.ofDays(5)), TestShop.BERLIN);
        replay = new Replay(shop.lake, TestShop.snapshots(), shop.workbench, clock, folder);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private TreeMap<Long, TestShop.Row> rows(Table table) {
        return TestShop.read(table, table.currentSnapshot().snapshotId());
    }

    @Test
    void everyDayComesOutTheSameFromTheDayBeforeAndFromNothing() {
        for (int day = 0; day < 4; day++) {
            for (Start start : Start.values()) {
                Replay.Replayed made = replay.run("product", FIRST.plusDays(day), start, ELSEWHERE);
                assertThat(made.isEqual())
                        .as("day %d, %s, seed %d", day, start, SEED)
                        .isTrue();
                assertThat(made.base())
                        .isEqualTo(start == Start.BEGINNING || day == 0 ? null : FIRST.plusDays(day - 1));
                Table table = shop.lake.catalog().loadTable(TableIdentifier.parse(made.target()));
                assertThat(rows(table)).isEqualTo(shop.held("product", made.cut()));
                assertThat(made.cut()).isEqualTo(3L * day + 3);
            }
        }
    }

    @Test
    void aReplayBeginsWithTheRowsThatWereLoadedWhereTheLogBeginsAfterThem() throws Exception {
        Table product = shop.lake.table("product");
        long second = shop.tagged("product", "day-" + FIRST.plusDays(1));
        product.manageSnapshots().createTag("seed-6", second).commit();
        Table log = shop.lake.table(TableDefinition.changeLogOf("product"));
        keepOnly(log, "_cut > 6");
        assertThat(replay.run("product", FIRST.plusDays(3), Start.BEGINNING, ELSEWHERE)
                        .isEqual())
                .isTrue();
        assertThat(replay.run("product", FIRST.plusDays(1), Start.BEGINNING, ELSEWHERE)
                        .isEqual())
                .isTrue();
        product.manageSnapshots().removeTag("seed-6").commit();
        assertThat(replay.run("product", FIRST.plusDays(1), Start.BEGINNING, ELSEWHERE)
                        .isEqual())
                .isFalse();
    }

    @Test
    void filesOfAReplayHaveTheSameContentEachTime() throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (int time = 0; time < 2; time++) {
            Replay.Replayed made = replay.run("product", FIRST.plusDays(3), Start.BEGINNING, ELSEWHERE);
            assertThat(made.target()).isEqualTo("shop_replay.product_20261120");
            Table table = shop.lake.catalog().loadTable(TableIdentifier.parse(made.target()));
            for (DataFile file : table.currentSnapshot().addedDataFiles(table.io())) {
                contents.add(Files.readAllBytes(LocalFileIO.path(file.location())));
            }
        }
        assertThat(contents).hasSize(2);
        assertThat(contents.get(0)).isEqualTo(contents.get(1));
    }

    @Test
    void aChangeLogThatLacksAChangeGivesAnotherDay() throws Exception {
        keepOnly(shop.lake.table(TableDefinition.changeLogOf("product")), "_cut <> 12");
        Replay.Replayed made = replay.run("product", FIRST.plusDays(3), Start.NEAREST_DAY, ELSEWHERE);
        assertThat(made.isEqual()).isFalse();
        assertThat(replay.run("product", FIRST.plusDays(2), Start.NEAREST_DAY, ELSEWHERE)
                        .isEqual())
                .isTrue();
    }

    @Test
    void aDayThatIsNotThereIsSaidToBeSo() {
        assertThatThrownBy(() -> replay.run("product", FIRST.plusDays(4), Start.NEAREST_DAY, ELSEWHERE))
                .hasMessage(
                        "table lake.shop.product cannot show 2026-11-21: it is not closed yet: a day closes with the"
                                + " first change after its midnight in Europe/Berlin, and the last closed day is 2026-11-20");
    }

    @Test
    void aTableThatLostRowsIsRepairedFromItsLog() {
        Repair repair = new Repair(shop.lake, shop.workbench, folder);
        assertThat(repair.run("product", RepairScope.ALL, Start.BEGINNING, Repair.Mode.REPLACE))
                .containsExactly(new Repair.Part("", null, shop.rows("product").size()));
        Table table = shop.lake.table("product");
        DataFile file = firstFile(table);
        table.newDelete().deleteFile(file).commit();
        assertThat(rows(table)).isNotEqualTo(shop.rows("product"));
        assertThat(repair.run("product", RepairScope.ALL, Start.BEGINNING, Repair.Mode.COMPARE)
                        .get(0)
                        .finding())
                .startsWith("has ");
        assertThat(rows(shop.lake.table("product"))).isNotEqualTo(shop.rows("product"));
        repair.run("product", RepairScope.ALL, Start.NEAREST_DAY, Repair.Mode.REPLACE);
        assertThat(rows(shop.lake.table("product"))).isEqualTo(shop.rows("product"));
        assertThat(repair.run("product", RepairScope.ALL, Start.BEGINNING, Repair.Mode.COMPARE)
                        .get(0)
                        .finding())
                .isNull();
    }

    @Test
    void aRangeOfKeysIsRepairedAloneInOneCommit() {
        Repair repair = new Repair(shop.lake, shop.workbench, folder);
        TreeMap<Long, TestShop.Row> right = shop.rows("product");
        Table table = shop.lake.table("product");
        table.newDelete().deleteFile(firstFile(table)).commit();
        TreeMap<Long, TestShop.Row> broken = rows(shop.lake.table("product"));
        TreeMap<Long, TestShop.Row> lost = new TreeMap<>(right);
        lost.keySet().removeAll(broken.keySet());
        long key = lost.firstKey();
        RepairScope one = keys("id=%d..%d".formatted(key, key));
        assertThat(repair.run("product", one, Start.BEGINNING, Repair.Mode.REPLACE))
                .extracting(Repair.Part::rows)
                .containsExactly(1L);
        broken.put(key, right.get(key));
        assertThat(rows(shop.lake.table("product"))).isEqualTo(broken);
        assertThat(shop.lake.table("product").currentSnapshot().summary()).containsEntry("firn.repaired-at-cut", "13");
        assertThat(repair.run("product", one, Start.BEGINNING, Repair.Mode.COMPARE))
                .extracting(Repair.Part::finding)
                .containsExactly((String) null);
        repair.run("product", keys("id=0..99"), Start.BEGINNING, Repair.Mode.REPLACE);
        assertThat(rows(shop.lake.table("product"))).isEqualTo(right);
    }

    @Test
    void onePartitionIsRepairedAloneAndTheFilesOfTheOthersStay() {
        TreeMap<Long, TestShop.Row> right = shop.rows("product");
        Table table = inPartitions();
        assertThat(rows(table)).isEqualTo(right);
        Map<String, DataFile> files = filesByPartition(table);
        assertThat(files).hasSizeGreaterThan(2);
        List<String> names = files.keySet().stream().sorted().toList();
        DataFile lost = Objects.requireNonNull(files.get(names.get(0)));
        DataFile alsoLost = Objects.requireNonNull(files.get(names.get(1)));
        table.newDelete().deleteFile(lost).deleteFile(alsoLost).commit();
        Repair repair = new Repair(shop.lake, shop.workbench, folder);
        RepairScope first = new RepairScope(Set.of(names.get(0)), null);

        assertThat(repair.run("product", first, Start.BEGINNING, Repair.Mode.COMPARE))
                .singleElement()
                .returns(names.get(0), Repair.Part::partition)
                .returns(lost.recordCount(), Repair.Part::rows)
                .extracting(Repair.Part::finding)
                .asString()
                .startsWith("has 0 rows ");
        Snapshot broken = shop.lake.table("product").currentSnapshot();
        repair.run("product", first, Start.BEGINNING, Repair.Mode.REPLACE);

        table.refresh();
        assertThat(table.currentSnapshot().parentId()).as("one commit").isEqualTo(broken.snapshotId());
        assertThat(repair.run("product", RepairScope.ALL, Start.BEGINNING, Repair.Mode.COMPARE))
                .filteredOn(part -> part.finding() != null)
                .extracting(Repair.Part::partition)
                .containsExactly(names.get(1));
        Map<String, DataFile> repaired = filesByPartition(table);
        assertThat(Objects.requireNonNull(repaired.remove(names.get(0))).recordCount())
                .isEqualTo(lost.recordCount());
        files.keySet().removeAll(names.subList(0, 2));
        assertThat(locations(repaired)).isEqualTo(locations(files));
        repair.run("product", new RepairScope(Set.of(names.get(1)), null), Start.NEAREST_DAY, Repair.Mode.REPLACE);
        assertThat(rows(shop.lake.table("product"))).isEqualTo(right);
    }

    /** The current rows in buckets, a file each. */
    private Table inPartitions() {
        Table table = shop.lake.table("product");
        try (TableView view = shop.workbench.view(shop.connection(), "rows", Scan.of(table, new AsOf.Head()))) {
            table.updateSpec().addField(Expressions.bucket("id", 4)).commit();
            OverwriteFiles rewrite = table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
            new ParquetOut(table, "partitioned", FileSettings.of(table), folder)
                    .writePartitioned(shop.connection(), view.name(), "id")
                    .forEach(rewrite::addFile);
            rewrite.commit();
        }
        return table;
    }

    private static Map<String, DataFile> filesByPartition(Table table) {
        return Workbench.plan(Scan.of(table, new AsOf.Head())).stream()
                .map(FileScanTask::file)
                .collect(Collectors.toMap(
                        file -> table.spec().partitionToPath(file.partition()),
                        Function.identity(),
                        (one, other) -> one,
                        TreeMap::new));
    }

    private static Set<String> locations(Map<String, DataFile> files) {
        return files.values().stream().map(DataFile::location).collect(Collectors.toSet());
    }

    private static RepairScope keys(String range) {
        return new RepairScope(Set.of(), RepairScope.KeyRange.parse(range));
    }

    @Test
    void aScopeThatIsNotThereIsRefused() {
        Repair repair = new Repair(shop.lake, shop.workbench, folder);
        assertThatThrownBy(() -> RepairScope.KeyRange.parse("id=5"))
                .hasMessage("--keys must be COLUMN=FIRST..LAST, as in product_id=1000..1999, but was id=5");
        assertThatThrownBy(() -> repair.run("product", keys("price=1..2"), Start.BEGINNING, Repair.Mode.COMPARE))
                .hasMessage("--keys must name a column of the key of lake.shop.product (id) but named price");
        assertThatThrownBy(() -> repair.run("product", keys("id=a..b"), Start.BEGINNING, Repair.Mode.COMPARE))
                .hasMessage("--keys must give whole numbers for id but gave a");
        assertThatThrownBy(() -> repair.run(
                        "product", new RepairScope(Set.of("id_bucket=3"), null), Start.BEGINNING, Repair.Mode.COMPARE))
                .hasMessage("table lake.shop.product has no partition id_bucket=3 (there are: )");
    }

    @Test
    void aFileThatCannotBeReadIsRepairedFromTheBeginning() throws IOException {
        DataFile file = firstFile(shop.lake.table("product"));
        Path path = LocalFileIO.path(file.location());
        byte[] bytes = Files.readAllBytes(path);
        Files.write(path, new byte[bytes.length]);
        Repair repair = new Repair(shop.lake, shop.workbench, folder);
        assertThat(repair.run("product", RepairScope.ALL, Start.BEGINNING, Repair.Mode.REPLACE)
                        .get(0)
                        .finding())
                .startsWith("cannot be read: ");
        assertThat(rows(shop.lake.table("product"))).isEqualTo(shop.rows("product"));
    }

    private void keepOnly(Table log, String condition) {
        try (TableView view = shop.workbench.view(shop.connection(), "log", Scan.of(log, new AsOf.Head()))) {
            var rewrite = log.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
            new ParquetOut(log, "forged", FileSettings.of(log), folder)
                    .writePartitioned(
                            shop.connection(), "(SELECT * FROM %s WHERE %s)".formatted(view.name(), condition), null)
                    .forEach(rewrite::addFile);
            rewrite.commit();
        }
    }

    private static DataFile firstFile(Table table) {
        return Workbench.plan(Scan.of(table, new AsOf.Head())).stream()
                .filter(task -> task.deletes().isEmpty())
                .findFirst()
                .orElseThrow()
                .file();
    }
}
