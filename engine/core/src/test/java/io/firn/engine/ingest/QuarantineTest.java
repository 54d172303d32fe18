package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.Cut;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.SourcePosition;
import io.firn.engine.decode.SourceEncoding;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.quarantine.Action;
import io.firn.engine.quarantine.Quarantine;
import io.firn.engine.quarantine.QuarantineLog.Entry;
import io.firn.engine.quarantine.QuarantineView;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.quarantine.Selection;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.MemorySource;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineTest {
    private static final Selection EVERYTHING = Selection.open(List.of());

    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private final FakePostgres postgres = new FakePostgres(source, SmallLake.PREFIX);
    private SmallLake small;

    @BeforeEach
    void makeLake() throws IOException {
        small = new SmallLake(folder, 3);
    }

    private void threshold(int records) throws IOException {
        Path file = folder.resolve("firn.yaml");
        Files.writeString(
                file,
                Files.readString(file).replace("item: { ", "item: { quarantine-threshold: %d, ".formatted(records)));
        small = new SmallLake(folder, file);
    }

    private List<String> ingest() {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Ingest ingest = new Ingest(
                        small.setup(lake, database, source, name -> new MemoryKeyStore(), IngestListener.NONE))) {
            ingest.runUntilCaughtUp();
            return ingest.stopped();
        }
    }

    private List<String> replay(Selection selection) {
        List<String> outcomes = new ArrayList<>();
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                QuarantineReplay replay = new QuarantineReplay(
                        small.setup(lake, database, source, name -> new MemoryKeyStore(), IngestListener.NONE),
                        "tester")) {
            replay.run(selection, entry -> outcomes.add(text(entry)));
        }
        return outcomes;
    }

    private static String text(Entry entry) {
        return entry.record().record().offset() + " " + entry.action().text()
                + (entry.action() == Action.REPLAYED ? "" : ": " + entry.detail());
    }

    private List<QuarantinedRecord> quarantined(Selection selection) {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Workbench workbench = new Workbench(database, small.config.workbench())) {
            return new QuarantineView(lake, workbench).list(selection);
        }
    }

    private List<Record> log(String table) throws IOException {
        List<Record> rows = new ArrayList<>();
        try (Lake lake = small.open();
                CloseableIterable<Record> records =
                        IcebergGenerics.read(lake.table(table + "_changes")).build()) {
            records.forEach(rows::add);
        }
        return rows;
    }

    private TreeMap<Long, FakePostgres.Row> rows(String table) throws IOException {
        try (Lake lake = small.open()) {
            return SmallLake.rows(lake.table(table), null);
        }
    }

    /** A change outside any transaction. */
    private void send(String op, long id, String name, long lsn) {
        String row = "{\"id\":%d,\"name\":%s,\"amount\":\"Zg==\"}".formatted(id, name);
        String value =
                "{\"before\":%s,\"after\":%s,\"source\":{\"lsn\":%d,\"sequence\":\"[\\\"%d\\\",\\\"%d\\\"]\",\"ts_us\":1795000000000000},\"transaction\":null,\"op\":\"%s\"}"
                        .formatted(op.equals("d") ? row : "null", op.equals("d") ? "null" : row, lsn, lsn - 1, lsn, op);
        raw(id, value);
    }

    private void raw(long id, String value) {
        source.append(
                "t.public.item",
                0,
                "{\"id\":%d}".formatted(id).getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8));
    }

    private static final String UNCHANGED = "\"" + SourceEncoding.UNAVAILABLE + "\"";

    @Test
    void aRecordThatIsNoChangeIsKeptAsItCameAndTheOthersGoOn() throws IOException {
        send("c", 1, "\"one\"", 101);
        raw(2, "{ not JSON");
        send("c", 3, "\"three\"", 103);
        assertThat(ingest()).isEmpty();
        assertThat(rows("item")).containsOnlyKeys(1L, 3L);
        QuarantinedRecord record = quarantined(EVERYTHING).get(0);
        assertThat(record.id()).isEqualTo("t.public.item/0/1");
        assertThat(record.reason()).startsWith("the record is not JSON: Unexpected character ('n'");
        assertThat(record.record().value()).asString(StandardCharsets.UTF_8).isEqualTo("{ not JSON");
        assertThat(record.record().key()).asString(StandardCharsets.UTF_8).isEqualTo("{\"id\":2}");
        assertThat(record.lsn()).isZero();
        assertThat(record.cut()).isEqualTo(1);
    }

    @Test
    void nothingButBadRecordsStillMovesThePosition() {
        raw(2, "{ not JSON");
        ingest();
        ingest();
        assertThat(quarantined(EVERYTHING)).hasSize(1);
    }

    @Test
    void aRecordIsSetAsideOnceHoweverOftenItIsDelivered() throws IOException {
        send("c", 1, "\"one\"", 101);
        send("c", 2, "\"two\"", 102);
        String bad =
                "{\"before\":null,\"after\":{\"id\":3,\"amount\":\"?\"},\"source\":{\"lsn\":103,\"sequence\":\"[\\\"102\\\",\\\"103\\\"]\",\"ts_us\":1795000000000000},\"transaction\":null,\"op\":\"c\"}";
        raw(3, bad);
        raw(3, bad);
        ingest();
        assertThat(quarantined(EVERYTHING))
                .extracting(QuarantinedRecord::id, QuarantinedRecord::lsn)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("t.public.item/0/2", 103L));
    }

    @Test
    void aTableOverItsThresholdStopsAloneAndLosesNothing() throws IOException {
        threshold(1);
        postgres.begin()
                .put("public.item", 1, "one", 100)
                .put("public.stock", 1, "one", 1)
                .commit();
        raw(8, "bad");
        raw(9, "worse");
        postgres.begin()
                .put("public.item", 1, "uno", 101)
                .put("public.item", 2, "two", 200)
                .put("public.stock", 2, "two", 2)
                .message("firn.day-close", "2026-11-20")
                .commit();
        assertThat(ingest())
                .singleElement()
                .asString()
                .startsWith(
                        "table item is stopped and its changes are kept in quarantine:"
                                + " tables.item.quarantine-threshold is 1 and more records than that were set aside in one commit");
        assertThat(rows("stock")).isEqualTo(postgres.tables.get("public.stock"));
        assertThat(rows("item")).containsOnlyKeys(1L);
        try (Lake lake = small.open()) {
            assertThat(lake.table("stock").refs()).containsKey("day-2026-11-20");
            assertThat(lake.table("item").refs()).doesNotContainKey("day-2026-11-20");
        }
        postgres.begin()
                .delete("public.item", 1)
                .put("public.stock", 3, "three", 3)
                .commit();
        assertThat(ingest()).hasSize(1);
        assertThat(rows("stock")).isEqualTo(postgres.tables.get("public.stock"));

        assertThat(replay(EVERYTHING))
                .containsExactly(
                        "1 failed: the record is not JSON: Unrecognized token 'bad': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                        "2 failed: the record is not JSON: Unrecognized token 'worse': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                        "3 replayed",
                        "4 replayed",
                        "5 replayed");
        assertThat(rows("item")).isEqualTo(postgres.tables.get("public.item"));
        assertThat(ingest()).as("two records are still in quarantine").hasSize(1);
    }

    @Test
    void aStoppedTableGoesOnWhenNothingIsLeftInQuarantine() throws IOException {
        threshold(0);
        raw(9, "bad");
        postgres.begin().put("public.item", 1, "one", 100).commit();
        assertThat(ingest()).hasSize(1);
        drop(List.of("t.public.item/0/0"));
        assertThat(replay(EVERYTHING)).containsExactly("1 replayed");
        postgres.begin().put("public.item", 2, "two", 100).commit();
        assertThat(ingest()).isEmpty();
        assertThat(rows("item")).isEqualTo(postgres.tables.get("public.item"));
        assertThat(quarantined(new Selection(List.of(), List.of(), Selection.State.ALL)))
                .extracting(QuarantinedRecord::action, QuarantinedRecord::detail)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("dropped", "a test"),
                        org.assertj.core.groups.Tuple.tuple("replayed", "cut 2"));
    }

    private void drop(List<String> ids) {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                org.duckdb.DuckDBConnection connection = database.connect()) {
            new io.firn.engine.quarantine.QuarantineLog(
                            lake,
                            connection,
                            small.config.workbench().tempDirectory(),
                            java.time.Clock.systemUTC(),
                            "tester")
                    .append(quarantined(new Selection(List.of(), ids, Selection.State.OPEN)).stream()
                            .map(record -> new Entry(record, Action.DROPPED, "a test"))
                            .toList());
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyTableStoppedIsAFailure() throws IOException {
        Path file = folder.resolve("firn.yaml");
        Files.writeString(file, Files.readString(file).replaceAll("\n *stock:.*", ""));
        threshold(0);
        raw(1, "bad");
        ingest();
        assertThatThrownBy(this::ingest)
                .isInstanceOf(FirnException.class)
                .hasMessageStartingWith("table item is stopped");
    }

    @Test
    void aReplayedRecordNeverOverwritesANewerOne() throws IOException {
        send("c", 1, "\"one\"", 101);
        send("u", 5, UNCHANGED, 105);
        send("u", 6, UNCHANGED, 106);
        send("u", 7, UNCHANGED, 107);
        ingest();
        send("u", 5, "\"newer\"", 205);
        send("d", 6, "null", 206);
        ingest();
        assertThat(rows("item")).hasSize(2);
        assertThat(quarantined(EVERYTHING)).as("the others are cleared").hasSize(1);
        forgetActions();
        assertThat(replay(EVERYTHING))
                .containsExactlyInAnyOrder(
                        "1 superseded: a newer change of the row, lsn 205, is in the change log",
                        "2 superseded: a newer change of the row, lsn 206, is in the change log",
                        "3 failed: the source left out name, which no earlier row has");
        assertThat(Objects.requireNonNull(rows("item").get(5L)).name()).isEqualTo("newer");
        assertThat(rows("item")).doesNotContainKey(6L);
        assertThat(quarantined(EVERYTHING)).extracting(QuarantinedRecord::id).containsExactly("t.public.item/0/3");
    }

    @Test
    void aTruncateIsNewerThanEveryRowBeforeIt() throws IOException {
        send("u", 5, UNCHANGED, 105);
        ingest();
        send("t", 0, "null", 110);
        send("c", 5, "\"first\"", 100);
        ingest();
        assertThat(replay(EVERYTHING))
                .containsExactly("0 superseded: a newer change of the row, lsn 110, is in the change log");
    }

    @Test
    void aValueIsNotTakenFromARowWhoseLastChangeIsInQuarantine() throws IOException {
        send("c", 1, "\"one\"", 101);
        ingest();
        send("u", 1, "{}", 102);
        send("u", 1, UNCHANGED, 103);
        ingest();
        assertThat(quarantined(EVERYTHING)).hasSize(2);
        ingest();
        send("u", 1, UNCHANGED, 104);
        ingest();
        assertThat(quarantined(EVERYTHING)).hasSize(3);
        assertThat(Objects.requireNonNull(rows("item").get(1L)).name()).isEqualTo("one");
    }

    @Test
    void aReplayThatWasInterruptedIsRunAgainAndNothingIsDoubled() throws IOException {
        threshold(0);
        raw(9, "bad");
        postgres.begin()
                .put("public.item", 1, "one", 1)
                .put("public.item", 2, "two", 2)
                .commit();
        ingest();
        replay(EVERYTHING);
        assertThat(log("item")).hasSize(2);
        forgetActions();
        assertThat(replay(EVERYTHING)).contains("1 replayed", "2 replayed");
        assertThat(log("item")).hasSize(2);
        assertThat(rows("item")).isEqualTo(postgres.tables.get("public.item"));
    }

    /** What a crash between the commit and its note leaves behind. */
    private void forgetActions() {
        try (Lake lake = small.open()) {
            Table actions = lake.table("firn_quarantine_log");
            actions.newDelete()
                    .deleteFromRowFilter(org.apache.iceberg.expressions.Expressions.alwaysTrue())
                    .commit();
        }
    }

    @Test
    void aRecordThatCameInAnotherPartitionTooIsInTheLogOnce() throws IOException {
        threshold(0);
        raw(9, "bad");
        send("c", 1, "\"one\"", 101);
        source.append("t.public.item", 1, new byte[0], Objects.requireNonNull(lastValue()));
        ingest();
        assertThat(replay(EVERYTHING)).contains("1 replayed");
        assertThat(log("item")).hasSize(1);
    }

    private byte[] lastValue() {
        source.start(io.firn.catalog.SourcePosition.EMPTY);
        return Objects.requireNonNull(
                source.poll(java.time.Duration.ZERO).get(1).value());
    }

    @Test
    void whatATakenOverWriterSetAsideIsNotSetAsideAgainHoweverLateItComes() throws Exception {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                DuckDatabase other = DuckDatabase.open(small.config.workbench());
                Workbench workbench = new Workbench(database, small.config.workbench());
                Workbench elsewhere = new Workbench(other, small.config.workbench());
                DuckDBConnection connection = database.connect();
                DuckDBConnection otherConnection = other.connect()) {
            Path temporary = small.config.workbench().tempDirectory();
            Quarantine successor = new Quarantine(lake, workbench, connection, temporary, Clock.systemUTC());
            Quarantine zombie = new Quarantine(lake, elsewhere, otherConnection, temporary, Clock.systemUTC());
            SourceRecord early = new SourceRecord("t.public.item", 0, 9, null, new byte[] {1});
            SourceRecord late = new SourceRecord("t.public.item", 0, 12, null, new byte[] {2});
            zombie.reject("item", early, 1, "bad");
            zombie.reject("item", late, 2, "bad");
            zombie.commit(cut(4));
            successor.reject("item", early, 1, "bad");
            successor.commit(cut(4), Map.of(new Partition("t.public.item", 0), 5L));
            successor.reject("item", late, 2, "bad");
            successor.commit(cut(5));
        }
        assertThat(quarantined(EVERYTHING)).hasSize(2);
    }

    private static Cut cut(long number) {
        return new Cut(
                number, 1, Instant.EPOCH, SourcePosition.EMPTY, SourcePosition.EMPTY, List.of("item"), List.of());
    }
}
