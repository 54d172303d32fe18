package io.firn.snapshot.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.firn.catalog.LocalFileIO;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.LedgerConfig;
import io.firn.catalog.config.LongerRetention;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.catalog.config.SourceClock;
import io.firn.snapshot.Moments;
import io.firn.snapshot.PinnedFiles;
import io.firn.snapshot.Tags;
import io.firn.snapshot.TestShop;
import io.firn.workbench.AsOf;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Scan;
import io.firn.workbench.TableView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final List<String> TABLES = List.of("product", "stock");
    private static final LocalDate FIRST = LocalDate.of(2026, 11, 18);
    private static final Instant NOON = Instant.parse("2026-11-18T11:00:00Z");

    @TempDir
    private static Path temporary;

    private static Path folder;
    private static TestShop original;
    private static SnapshotsConfig signed;

    private TestShop shop;
    private SnapshotsConfig config;

    @BeforeAll
    static void threeDays() throws Exception {
        folder = Files.createDirectory(temporary.resolve("lake"));
        signed = config(key("ledger"));
        original = new TestShop(folder, "product", "stock");
        for (int day = 0; day < 3; day++) {
            Instant at = NOON.plus(Duration.ofDays(day));
            original.put("product", 1, "Lamp", (10 + day) + ".00")
                    .put("product", 2 + day, "Sofa", "500.00")
                    .put("stock", 1, "shelf", day + ".00")
                    .commit(at);
            original.put("product", 2 + day, "Sofa", "400.00").commit(at.plusSeconds(60), "day-" + FIRST.plusDays(day));
        }
        new Ledger(original.lake, signed, original.workbench).catchUp(TABLES);
        original.close();
        TestShop.copy(folder, temporary.resolve("backup"));
    }

    @BeforeEach
    void open() throws IOException {
        TestShop.copy(temporary.resolve("backup"), folder);
        shop = new TestShop(folder, original);
        config = signed;
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private static LedgerConfig key(String name) throws NoSuchAlgorithmException, IOException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        return new LedgerConfig(
                pem(name, "PRIVATE KEY", pair.getPrivate().getEncoded()),
                null,
                pem(name, "PUBLIC KEY", pair.getPublic().getEncoded()));
    }

    private static Path pem(String name, String kind, byte[] key) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
        return Files.writeString(
                temporary.resolve(name + "-" + kind + ".pem"),
                "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, body, kind));
    }

    private static SnapshotsConfig config(LedgerConfig ledger) {
        return new SnapshotsConfig(
                TestShop.BERLIN,
                SnapshotsConfig.DayClose.TIME,
                Period.ofMonths(24),
                LongerRetention.NONE,
                Duration.ofDays(1),
                Duration.ofDays(1),
                ledger,
                SourceClock.STOP_AT_A_DAY);
    }

    private Ledger ledger() {
        return new Ledger(shop.lake, config, shop.workbench);
    }

    private LedgerAudit.Verdict verify(LedgerAudit.Depth depth) {
        Clock clock = Clock.fixed(NOON.plus(Duration.ofDays(3)), TestShop.BERLIN);
        return new LedgerAudit(shop.lake, config, shop.workbench, clock).verify(TABLES, depth, null);
    }

    private List<String> problems(LedgerAudit.Depth depth) {
        return verify(depth).allProblems();
    }

    private Table table(String name) {
        return shop.lake.table(name);
    }

    private Snapshot snapshot(int day) {
        return table("product").snapshot(shop.tagged("product", "day-" + FIRST.plusDays(day)));
    }

    private static void flip(String location) throws IOException {
        Path file = LocalFileIO.path(location);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    private Path entryFile(int sequence) throws IOException {
        Path ledger = LocalFileIO.path(table("product").location()).resolveSibling("firn-files/ledger");
        try (Stream<Path> files = Files.list(ledger)) {
            return files.filter(file -> file.getFileName().toString().startsWith("%06d-".formatted(sequence))
                            && Files.isRegularFile(file))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void everyDayIsEnteredOnceAndProven() {
        assertThat(ledger().catchUp(TABLES)).isEmpty();
        LedgerAudit.Verdict verdict = verify(LedgerAudit.Depth.FILES);
        assertThat(verdict.allProblems()).isEmpty();
        assertThat(verdict.days())
                .extracting(
                        day -> "%s %d %d %d %s".formatted(day.day(), day.cut(), day.tables(), day.rows(), day.status()))
                .containsExactly("2026-11-18 2 2 3 PROVEN", "2026-11-19 4 2 4 PROVEN", "2026-11-20 6 2 5 PROVEN");
        assertThat(verdict.head()).hasSize(64);
    }

    @Test
    void theEntrySaysWhatTheDayHeld() throws IOException {
        LedgerEntry entry = SealedEntry.parse(Files.readString(entryFile(2))).entry();
        assertThat(entry.position()).isEqualTo(Map.of("t", Long.toString(entry.lsn())));
        LedgerEntry.TableDay product = entry.tables().get(0);
        assertThat(product.table()).isEqualTo("product");
        assertThat(product.digest())
                .isEqualTo(shop.workbench
                        .digest(Scan.of(table("product"), new AsOf.Day(FIRST.plusDays(1))))
                        .toString());
        assertThat(product.changes().digest()).startsWith("3:");
        assertThat(product.changes().late()).isZero();
        assertThat(product.files()).isEqualTo(6);
    }

    @Test
    void aChangeFromADayThatHadClosedIsCountedInTheNextOne() {
        shop.put("product", 9, "Late", "1.00").commit(NOON.plus(Duration.ofDays(1)));
        shop.put("product", 1, "Lamp", "99.00").commit(NOON.plus(Duration.ofDays(3)), "day-2026-11-21");
        List<Ledger.Entered> entered = ledger().catchUp(TABLES);
        assertThat(entered).extracting(Ledger.Entered::late).containsExactly(Map.of("product", 1L));
        assertThat(problems(LedgerAudit.Depth.FILES)).isEmpty();
    }

    @Test
    void aFlippedByteInAnyFileIsFound() throws IOException {
        Table product = table("product");
        Snapshot last = snapshot(2);
        FileScanTask task = null;
        try (CloseableIterable<FileScanTask> tasks =
                product.newScan().useSnapshot(last.snapshotId()).planFiles()) {
            for (FileScanTask candidate : tasks) {
                task = task == null || !candidate.deletes().isEmpty() ? candidate : task;
            }
        }
        String data = Objects.requireNonNull(task).file().location();
        DeleteFile deletes = task.deletes().get(0);
        String manifest = last.allManifests(product.io()).get(0).path();
        String pinned = PinnedFiles.location(product, "day-2026-11-20");
        for (String file : List.of(data, deletes.location(), manifest, last.manifestListLocation(), pinned)) {
            flip(file);
            boolean isMetadata = !file.equals(data) && !file.equals(deletes.location());
            assertThat(problems(LedgerAudit.Depth.METADATA).isEmpty()).as(file).isEqualTo(!isMetadata);
            assertThat(isMetadata || !problems(LedgerAudit.Depth.FILES).isEmpty())
                    .as(file)
                    .isTrue();
            flip(file);
        }
        assertThat(problems(LedgerAudit.Depth.FILES)).isEmpty();
        flip(data);
        assertThat(problems(LedgerAudit.Depth.FILES).get(0))
                .matches(
                        "day 2026-11-\\d\\d, table product: file %s was changed: its hash is [0-9a-f]{64} and was [0-9a-f]{64}"
                                .formatted(data));
    }

    @Test
    void aDataFileThatWasSwappedForOneWithEqualCountsIsFound() throws Exception {
        Table product = table("product");
        DataFile victim;
        try (CloseableIterable<FileScanTask> tasks = product.newScan().planFiles()) {
            victim = tasks.iterator().next().file().copy();
        }
        Path place = LocalFileIO.path(victim.location());
        String rows = String.join(
                " UNION ALL ",
                Collections.nCopies(
                        (int) victim.recordCount(),
                        "SELECT 7::BIGINT AS id, 'Forged' AS name, 1::DECIMAL(12,2) AS price"));
        DataFile forged = new ParquetOut(product, "forged", FileSettings.of(product), folder)
                .write(shop.connection(), rows)
                .orElseThrow();
        assertThat(forged.recordCount()).isEqualTo(victim.recordCount());
        Files.copy(LocalFileIO.path(forged.location()), place, StandardCopyOption.REPLACE_EXISTING);
        assertThat(problems(LedgerAudit.Depth.METADATA)).isEmpty();
        assertThat(problems(LedgerAudit.Depth.FILES))
                .anyMatch(problem -> problem.contains("file %s was changed".formatted(victim.location())));
    }

    @Test
    void aSwappedFileInTheMetadataIsAnotherSnapshotAndSoAMovedTag() throws Exception {
        Table product = table("product");
        product.newFastAppend().commit();
        product.manageSnapshots()
                .replaceTag("day-2026-11-19", product.currentSnapshot().snapshotId())
                .commit();
        assertThat(problems(LedgerAudit.Depth.METADATA))
                .containsExactly(
                        "day 2026-11-19, table product: tag day-2026-11-19 was moved: it names snapshot %d and named %d"
                                .formatted(product.currentSnapshot().snapshotId(), day(2).snapshot()));
        product.manageSnapshots().removeTag("day-2026-11-19").commit();
        assertThat(problems(LedgerAudit.Depth.METADATA))
                .containsExactly("day 2026-11-19, table product: tag day-2026-11-19 was removed");
    }

    private LedgerEntry.TableDay day(int sequence) throws IOException {
        return SealedEntry.parse(Files.readString(entryFile(sequence)))
                .entry()
                .tables()
                .get(0);
    }

    @Test
    void aDroppedEntryIsFound() throws IOException {
        Files.delete(entryFile(2));
        assertThat(problems(LedgerAudit.Depth.METADATA))
                .containsExactly(
                        "entry 2 is missing",
                        "entry 2 (2026-11-19) is in table firn_ledger and its file is missing",
                        "day 2026-11-19 is tagged and has no entry");
    }

    @Test
    void anEntryDroppedFromTheTableOrFromTheEndIsFound() throws IOException {
        table("firn_ledger")
                .newDelete()
                .deleteFromRowFilter(Expressions.alwaysTrue())
                .commit();
        assertThat(problems(LedgerAudit.Depth.METADATA))
                .hasSize(3)
                .contains("entry 3 (2026-11-20) is in its file and not the same in table firn_ledger");
        Files.delete(entryFile(3));
        assertThat(problems(LedgerAudit.Depth.METADATA)).contains("day 2026-11-20 is tagged and has no entry");
    }

    @Test
    void anEntryThatWasEditedIsFound() throws IOException {
        Path file = entryFile(1);
        Files.writeString(file, Files.readString(file).replace("\"rows\":2", "\"rows\":3"));
        assertThat(problems(LedgerAudit.Depth.METADATA))
                .containsExactly(
                        "entry 1 (2026-11-18) was changed: its text has another hash than it says",
                        "entry 1 (2026-11-18) has a signature that is not of the configured key",
                        "entry 1 (2026-11-18) is in its file and not the same in table firn_ledger");
    }

    @Test
    void anEntryOfTheFirstVersionIsSignedByItsText() {
        Signer signer = Ed25519.signer(Objects.requireNonNull(signed.ledger().signingKey()));
        SealedEntry now = LedgerFiles.open(shop.lake).inFiles().get(0);
        String text = now.text().replace("\"version\":2", "\"version\":1");
        SealedEntry first = new SealedEntry(text, Hashes.of(text), signer.sign(text));
        PublicKey key = Ed25519.publicKey(Objects.requireNonNull(signed.ledger().publicKey()));
        assertThat(ChainCheck.problems(List.of(first), List.of(first), key)).isEmpty();
        SealedEntry otherwise = new SealedEntry(text, Hashes.of(text), signer.sign(Hashes.of(text)));
        assertThat(ChainCheck.problems(List.of(otherwise), List.of(otherwise), key))
                .containsExactly("entry 1 (2026-11-18) has a signature that is not of the configured key");
    }

    @Test
    void anEntryThatNoAuditWouldAcceptIsNotWritten() throws Exception {
        shop.put("product", 1, "Lamp", "99.00").commit(NOON.plus(Duration.ofDays(3)), "day-" + FIRST.plusDays(3));
        LedgerConfig other = key("other");
        config = config(
                new LedgerConfig(other.signingKey(), null, signed.ledger().publicKey()));
        assertThatThrownBy(() -> ledger().catchUp(TABLES))
                .hasMessage(
                        "2026-11-21 was not entered: snapshots.public-key %s is not the public half of the key that signs"
                                .formatted(signed.ledger().publicKey()));
        assertThat(LedgerFiles.open(shop.lake).count()).isEqualTo(3);
    }

    @Test
    void aLedgerThatWasWrittenAnewIsFound() throws Exception {
        for (int entry = 1; entry <= 3; entry++) {
            Files.delete(entryFile(entry));
        }
        table("firn_ledger")
                .newDelete()
                .deleteFromRowFilter(Expressions.alwaysTrue())
                .commit();
        SnapshotsConfig forger = config(key("forger"));
        new Ledger(shop.lake, forger, shop.workbench).catchUp(TABLES);
        assertThat(problems(LedgerAudit.Depth.METADATA))
                .containsExactly(
                        "entry 1 (2026-11-18) has a signature that is not of the configured key",
                        "entry 2 (2026-11-19) has a signature that is not of the configured key",
                        "entry 3 (2026-11-20) has a signature that is not of the configured key");
        config = config(LedgerConfig.UNSIGNED);
        assertThat(problems(LedgerAudit.Depth.METADATA)).isEmpty();
    }

    @Test
    void aRemovedChangeIsFound() throws Exception {
        Table log = table(TableDefinition.changeLogOf("product"));
        try (TableView view = shop.workbench.view(shop.connection(), "log", Scan.of(log, new AsOf.Head()))) {
            var rewrite = log.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
            new ParquetOut(log, "forged", FileSettings.of(log), folder)
                    .writePartitioned(
                            shop.connection(), "(SELECT * FROM %s WHERE _cut <> 4)".formatted(view.name()), null)
                    .forEach(rewrite::addFile);
            rewrite.commit();
        }
        assertThat(problems(LedgerAudit.Depth.FILES))
                .singleElement()
                .asString()
                .startsWith("day 2026-11-19, table product: its changes after cut 2 up to cut 4 have the digest 2:");
    }

    @Test
    void aCompactionOfTheLogOrTheTableChangesNoDay() {
        shop.compact("product");
        assertThat(problems(LedgerAudit.Depth.FILES)).isEmpty();
    }

    @Test
    void aDayBeyondItsTimeIsOnlyPartOfTheChain() {
        table("product").manageSnapshots().removeTag("day-2026-11-18").commit();
        table("stock").manageSnapshots().removeTag("day-2026-11-18").commit();
        Clock later = Clock.fixed(NOON.plus(Duration.ofDays(740)), TestShop.BERLIN);
        LedgerAudit.Verdict verdict = new LedgerAudit(shop.lake, config, shop.workbench, later)
                .verify(TABLES, LedgerAudit.Depth.METADATA, null);
        assertThat(verdict.allProblems()).isEmpty();
        assertThat(verdict.days())
                .extracting(LedgerAudit.DayVerdict::status)
                .containsExactly(LedgerAudit.Status.EXPIRED, LedgerAudit.Status.PROVEN, LedgerAudit.Status.PROVEN);
    }

    @Test
    void aDayWhoseTagSomebodyMovedIsNotEntered() {
        shop.put("product", 1, "Lamp", "1.00").commit(NOON.plus(Duration.ofDays(3)), "day-2026-11-21");
        shop.put("product", 1, "Lamp", "2.00").commit(NOON.plus(Duration.ofDays(4)));
        Table product = table("product");
        product.manageSnapshots()
                .replaceTag("day-2026-11-21", product.currentSnapshot().snapshotId())
                .commit();
        assertThatThrownBy(() -> ledger().catchUp(TABLES))
                .hasMessage(
                        "tag day-2026-11-21 of table product is at cut 8, which did not close the day: somebody moved it");
    }

    @Test
    void aDayThatATableIsStillToTagWaits() {
        shop.put("product", 1, "Lamp", "1.00").commit(NOON.plus(Duration.ofDays(3)), "day-2026-11-21");
        table("stock").manageSnapshots().removeTag("day-2026-11-21").commit();
        assertThat(ledger().catchUp(TABLES)).isEmpty();
        new Tags(shop.lake, config).planDays(TABLES, FIRST.plusDays(4)).forEach(new Tags(shop.lake, config)::apply);
        assertThat(ledger().catchUp(TABLES)).hasSize(1);
    }

    @Test
    void aTableThatIsStoppedWhenADayClosesHasNoSuchDayAndHoldsNobodyUp() throws IOException {
        shop.stop("stock");
        shop.put("product", 1, "Lamp", "1.00").commit(NOON.plus(Duration.ofDays(3)), "day-2026-11-21");
        Tags tags = new Tags(shop.lake, config);
        tags.planDays(TABLES, FIRST.plusDays(4)).forEach(tags::apply);
        assertThat(tags.planDays(TABLES, FIRST.plusDays(4))).isEmpty();
        assertThat(ledger().catchUp(TABLES))
                .extracting(Ledger.Entered::day, Ledger.Entered::missing)
                .containsExactly(tuple(FIRST.plusDays(3), List.of("stock")));
        shop.put("stock", 1, "shelf", "9.00").commit(NOON.plus(Duration.ofDays(4)), "day-2026-11-22");
        assertThat(ledger().catchUp(TABLES)).extracting(Ledger.Entered::missing).containsExactly(List.of());
        assertThat(Files.readString(entryFile(5)))
                .contains("\"changes\":{\"afterCut\":6,\"upToCut\":8,")
                .contains("\"changes\":{\"afterCut\":7,\"upToCut\":8,");
        assertThat(problems(LedgerAudit.Depth.FILES)).isEmpty();
        Moments moments = new Moments(shop.lake, config, Clock.fixed(NOON.plus(Duration.ofDays(5)), TestShop.BERLIN));
        assertThatThrownBy(() -> moments.shown("stock", new AsOf.Day(FIRST.plusDays(3))))
                .hasMessage("table lake.shop.stock cannot show 2026-11-21: other tables have it, but this one took no"
                        + " part when it closed: it was stopped then, or its tag was removed");
    }

    @Test
    void pinnedMetadataIsReadWithoutKnowingOfTags() {
        Table product = table("product");
        shop.put("product", 1, "Lamp", "0.01").commit(NOON.plus(Duration.ofDays(4)));
        String location = PinnedFiles.location(product, "day-2026-11-19");
        Table pinned = new BaseTable(new StaticTableOperations(location, product.io()), "pinned");
        assertThat(pinned.snapshots()).hasSize(1);
        assertThat(pinned.refs()).containsOnlyKeys("main");
        assertThat(TestShop.read(pinned, pinned.currentSnapshot().snapshotId())).isEqualTo(shop.held("product", 4));
    }

    @Test
    void aDayIsMarkedAsCertifiedOrNotAndEntriesFromBeforeStayAsTheyWere() {
        List<SealedEntry> before = LedgerFiles.open(shop.lake).inFiles();
        shop.put("product", 1, "Lamp", "99.00").commit(NOON.plus(Duration.ofDays(3)), "day-" + FIRST.plusDays(3));
        ledger().catchUp(TABLES, (day, snapshots) -> {
            assertThat(day).isEqualTo(FIRST.plusDays(3));
            assertThat(snapshots).containsOnlyKeys(TABLES);
            return Map.of("product", true);
        });

        List<SealedEntry> after = LedgerFiles.open(shop.lake).inFiles();
        assertThat(after.subList(0, 3)).isEqualTo(before);
        assertThat(before.get(0).text()).doesNotContain("certified");
        assertThat(before.get(0).entry().tables().get(0).certified()).isNull();
        assertThat(after.get(3).entry().tables())
                .extracting(LedgerEntry.TableDay::table, LedgerEntry.TableDay::certified)
                .containsExactly(tuple("product", true), tuple("stock", null));
        assertThat(problems(LedgerAudit.Depth.FILES)).isEmpty();
    }

    @Test
    void pinnedMetadataIsReadByTheLetterOfTheSpecificationWithoutIcebergsLibrary() throws Exception {
        Table product = table("product");
        shop.put("product", 1, "Lamp", "0.01").commit(NOON.plus(Duration.ofDays(3)));
        shop.compact("product");
        SpecReader reader = new SpecReader(shop.connection());
        for (int day = 0; day < 3; day++) {
            List<String> held = shop.held("product", 2L * day + 2).entrySet().stream()
                    .map(row -> "%d|%s|%s"
                            .formatted(
                                    row.getKey(),
                                    row.getValue().name(),
                                    row.getValue().price()))
                    .sorted()
                    .toList();
            assertThat(reader.rows(
                            PinnedFiles.location(product, "day-" + FIRST.plusDays(day)),
                            "concat_ws('|', id, name, price)"))
                    .as("day %d", day)
                    .hasSize(day + 2)
                    .isEqualTo(held);
        }
    }
}
