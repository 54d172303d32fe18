package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.dq.rule.RuleResult;
import io.firn.engine.decode.SourceEncoding;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.quarantine.QuarantineLog.Entry;
import io.firn.engine.quarantine.QuarantineView;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.quarantine.Selection;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowRulesTest {
    private static final String ITEM = "public.item";
    private static final String UNCHANGED = SourceEncoding.UNAVAILABLE;

    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private final FakePostgres postgres = new FakePostgres(source, SmallLake.PREFIX);
    private final List<String> results = new ArrayList<>();
    private SmallLake small;
    private String original;

    @BeforeEach
    void makeLake() throws IOException {
        small = new SmallLake(folder, 3);
        original = Files.readString(folder.resolve("firn.yaml"));
    }

    private void rules(String rules) throws IOException {
        Path file = folder.resolve("firn.yaml");
        Files.writeString(file, original.replace("item: { ", "item: { rules: { " + rules + " }, "));
        small = new SmallLake(folder, file);
    }

    private List<String> ingest() {
        IngestListener listener = new IngestListener() {
            @Override
            public void ruled(RuleResult result) {
                results.add("%s: %d of %d".formatted(result.rule().name(), result.broken(), result.checked()));
            }
        };
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Ingest ingest =
                        new Ingest(small.setup(lake, database, source, name -> new MemoryKeyStore(), listener))) {
            ingest.runUntilCaughtUp();
            return ingest.stopped();
        }
    }

    private List<String> replay() {
        List<String> outcomes = new ArrayList<>();
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                QuarantineReplay replay = new QuarantineReplay(
                        small.setup(lake, database, source, name -> new MemoryKeyStore(), IngestListener.NONE),
                        "tester")) {
            replay.run(Selection.open(List.of()), entry -> outcomes.add(text(entry)));
        }
        return outcomes;
    }

    private static String text(Entry entry) {
        return entry.record().record().offset() + " " + entry.action().text();
    }

    private List<QuarantinedRecord> quarantined() {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Workbench workbench = new Workbench(database, small.config.workbench())) {
            return new QuarantineView(lake, workbench).list(Selection.open(List.of()));
        }
    }

    private TreeMap<Long, FakePostgres.Row> rows() throws IOException {
        try (Lake lake = small.open()) {
            return SmallLake.rows(lake.table("item"), null);
        }
    }

    private long logged() throws IOException {
        try (Lake lake = small.open()) {
            return Long.parseLong(
                    lake.table("item_changes").currentSnapshot().summary().get("total-records"));
        }
    }

    @Test
    void aRowThatBreaksARuleIsSetAsideAsItCameAndTheOthersGoOn() throws IOException {
        rules("cheap: { that: amount < 100 }");
        postgres.begin()
                .put(ITEM, 1, "one", 99_99)
                .put(ITEM, 2, "two", 100_00)
                .put(ITEM, 3, null, 1)
                .commit();
        assertThat(ingest()).isEmpty();
        assertThat(rows()).containsOnlyKeys(1L, 3L);
        assertThat(logged()).isEqualTo(2);
        QuarantinedRecord record = quarantined().get(0);
        assertThat(record.reason()).isEqualTo("rule cheap: amount < 100");
        assertThat(record.record().key()).asString(StandardCharsets.UTF_8).isEqualTo("{\"id\":2}");
        assertThat(record.record().value())
                .asString(StandardCharsets.UTF_8)
                .startsWith("{\"before\":null,\"after\":{\"id\":2,\"name\":\"two\"");
        assertThat(results).containsExactly("cheap: 1 of 3");
    }

    @Test
    void nullHoldsAndWhatCannotBeComputedDoesNot() throws IOException {
        rules("number: { that: name::INTEGER > 0 }");
        postgres.begin()
                .put(ITEM, 1, "12", 1)
                .put(ITEM, 2, "twelve", 1)
                .put(ITEM, 3, null, 1)
                .put(ITEM, 4, "-1", 1)
                .commit();
        ingest();
        assertThat(rows()).containsOnlyKeys(1L, 3L);
    }

    @Test
    void aDeleteBreaksNoRule() throws IOException {
        rules("named: { that: name IS NOT NULL }");
        postgres.begin().put(ITEM, 1, "one", 1).commit();
        postgres.begin().delete(ITEM, 1).commit();
        ingest();
        assertThat(rows()).isEmpty();
        assertThat(quarantined()).isEmpty();
    }

    @Test
    void anUpdateThatBreaksARuleLeavesTheRowAsItWas() throws IOException {
        rules("cheap: { that: amount < 100 }");
        postgres.begin().put(ITEM, 1, "one", 1).commit();
        postgres.begin().put(ITEM, 1, "dear", 100_00).commit();
        ingest();
        assertThat(Objects.requireNonNull(rows().get(1L)).name()).isEqualTo("one");
    }

    @Test
    void aWarningCountsAndHoldsNothingUp() throws IOException {
        rules("cheap: { that: amount < 100, severity: warn }, short: { that: length(name) < 4 }");
        postgres.begin()
                .put(ITEM, 1, "one", 100_00)
                .put(ITEM, 2, "two", 1)
                .put(ITEM, 3, "three", 1)
                .commit();
        ingest();
        assertThat(rows()).containsOnlyKeys(1L, 2L);
        assertThat(results).containsExactly("cheap: 1 of 3", "short: 1 of 3");
    }

    @Test
    void aRuleThatStopsLetsNothingAfterItPassAndLosesNothing() throws IOException {
        rules("cheap: { that: amount < 100, severity: stop }");
        postgres.begin().put(ITEM, 1, "one", 1).commit();
        postgres.begin().put(ITEM, 2, "two", 100_00).put(ITEM, 3, "three", 1).commit();
        postgres.begin().put("public.stock", 1, "one", 1).commit();
        assertThat(ingest())
                .singleElement()
                .asString()
                .startsWith("table item is stopped and its changes are kept in quarantine:"
                        + " rule cheap: amount < 100 is broken by 1 changes of one commit;");
        assertThat(rows()).containsOnlyKeys(1L);
        assertThat(quarantined())
                .extracting(QuarantinedRecord::reason)
                .containsExactly("rule cheap: amount < 100", "the table is stopped");
        postgres.begin().delete(ITEM, 1).commit();
        ingest();
        rules("cheap: { that: amount < 200, severity: stop }");
        assertThat(replay()).containsExactly("1 replayed", "2 replayed", "3 replayed");
        assertThat(rows()).isEqualTo(postgres.tables.get(ITEM));
        assertThat(ingest()).isEmpty();
    }

    @Test
    void aRuleAboveItsThresholdStopsItsTable() throws IOException {
        rules("cheap: { that: amount < 100, threshold: 1 }");
        postgres.begin().put(ITEM, 1, "one", 100_00).commit();
        assertThat(ingest()).isEmpty();
        postgres.begin()
                .put(ITEM, 2, "two", 100_00)
                .put(ITEM, 3, "three", 100_00)
                .commit();
        assertThat(ingest())
                .singleElement()
                .asString()
                .contains("rule cheap: amount < 100 is broken by 2 changes of one commit");
    }

    @Test
    void whatStillBreaksARuleStaysInQuarantine() throws IOException {
        rules("cheap: { that: amount < 100 }");
        postgres.begin().put(ITEM, 1, "one", 100_00).put(ITEM, 2, "two", 300_00).commit();
        ingest();
        rules("cheap: { that: amount < 200 }");
        assertThat(replay()).containsExactlyInAnyOrder("0 replayed", "1 failed");
        assertThat(rows()).containsOnlyKeys(1L);
    }

    @Test
    void aValueThatWasLeftOutIsFilledInBeforeItsRulesAreAsked() throws IOException {
        postgres.begin().put(ITEM, 1, "long enough", 1).put(ITEM, 2, "x", 1).commit();
        ingest();
        rules("long: { that: length(name) > 4 }");
        postgres.begin().put(ITEM, 1, UNCHANGED, 2).put(ITEM, 2, UNCHANGED, 2).commit();
        ingest();
        assertThat(rows().values()).extracting(FakePostgres.Row::cents).containsExactly(2L, 1L);
        assertThat(quarantined()).extracting(QuarantinedRecord::reason).containsExactly("rule long: length(name) > 4");
    }

    /** A change of row 1 that says nothing of the row before it. */
    private void update(String name, String base64Cents, long lsn) {
        String value =
                "{\"before\":null,\"after\":{\"id\":1,\"name\":\"%s\",\"amount\":\"%s\"},\"source\":{\"lsn\":%d,\"sequence\":\"[null,\\\"%d\\\"]\",\"ts_us\":1795000000000000},\"transaction\":null,\"op\":\"u\"}"
                        .formatted(name, base64Cents, lsn, lsn);
        source.append(
                "t.public.item",
                0,
                "{\"id\":1}".getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aValueIsNotTakenFromBeforeAChangeThatWasSetAsideInTheSameCommit() throws IOException {
        rules("cheap: { that: amount < 100 }");
        update("one", "AQ==", 101);
        update("uno", "J5E=", 102);
        update(UNCHANGED, "Ag==", 103);
        ingest();
        assertThat(Objects.requireNonNull(rows().get(1L)))
                .extracting(FakePostgres.Row::name, FakePostgres.Row::cents)
                .containsExactly("one", 1L);
        assertThat(quarantined())
                .extracting(QuarantinedRecord::reason)
                .containsExactly(
                        "rule cheap: amount < 100",
                        "the source left out values, and an earlier change of the row is in quarantine");
    }

    @Test
    void manyChangesAreLookedAtInTheirOrder() throws IOException {
        rules("cheap: { that: amount < 100 }");
        FakePostgres.Transaction all = postgres.begin();
        for (int i = 0; i < 20_000; i++) {
            all.put(ITEM, i % 100, "n" + i, i % 1000 == 999 ? 100_00 : i % 100);
        }
        all.commit();
        ingest();
        assertThat(all()).hasSize(20);
        assertThat(quarantined()).extracting(QuarantinedRecord::id).containsExactly("t.public.item/0/19999");
        assertThat(logged()).isEqualTo(19_980);
        assertThat(rows()).hasSize(100);
        assertThat(Objects.requireNonNull(rows().get(99L)).name()).isEqualTo("n19899");
    }

    private List<String> all() {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Workbench workbench = new Workbench(database, small.config.workbench())) {
            return new QuarantineView(lake, workbench)
                    .list(new Selection(List.of(), List.of(), Selection.State.ALL)).stream()
                            .map(record ->
                                    "%d %s: %s".formatted(record.record().offset(), record.action(), record.detail()))
                            .toList();
        }
    }

    @Test
    void aCorrectedRowClearsWhatWasSetAsideOfItBefore() throws IOException {
        rules("cheap: { that: amount < 100 }");
        postgres.begin()
                .put(ITEM, 1, "one", 100_00)
                .put(ITEM, 2, "two", 100_00)
                .put(ITEM, 3, "three", 100_00)
                .commit();
        ingest();
        postgres.begin().put(ITEM, 1, "uno", 1).put(ITEM, 2, "due", 200_00).commit();
        postgres.begin().delete(ITEM, 3).commit();
        ingest();
        assertThat(all())
                .containsExactly(
                        "0 cleared: a later change of the row is in cut 2",
                        "1 null: null",
                        "2 cleared: a later change of the row is in cut 2",
                        "4 null: null");
        postgres.begin().put(ITEM, 2, "deux", 1).commit();
        ingest();
        assertThat(quarantined()).isEmpty();
        assertThat(rows()).isEqualTo(postgres.tables.get(ITEM));
    }

    @Test
    void aRowThatIsCorrectedInTheSameCommitIsClearedToo() throws IOException {
        rules("cheap: { that: amount < 100 }");
        postgres.begin().put(ITEM, 1, "one", 100_00).put(ITEM, 2, "two", 1).commit();
        ingest();
        postgres.begin()
                .put(ITEM, 2, "two", 100_00)
                .put(ITEM, 2, "due", 2)
                .put(ITEM, 1, "uno", 1)
                .commit();
        ingest();
        assertThat(all())
                .containsExactly(
                        "0 cleared: a later change of the row is in cut 2",
                        "2 cleared: a later change of the row is in cut 2");
    }

    @Test
    void aStoppedTableWhoseSourceWasCorrectedGoesOnAfterAReplay() throws IOException {
        rules("cheap: { that: amount < 100, severity: stop }");
        postgres.begin().put(ITEM, 1, "one", 100_00).commit();
        postgres.begin().put(ITEM, 1, "uno", 1).put(ITEM, 2, "two", 2).commit();
        ingest();
        assertThat(replay()).containsExactlyInAnyOrder("0 cleared", "1 replayed", "2 replayed");
        assertThat(ingest()).isEmpty();
        assertThat(rows()).isEqualTo(postgres.tables.get(ITEM));
    }

    @Test
    void tooLargeAPartOfACommitStopsTheTable() throws IOException {
        Path file = folder.resolve("firn.yaml");
        Files.writeString(
                file,
                original.replace(
                        "item: { ", "item: { quarantine-rate: 5%, rules: { cheap: { that: amount < 100 } }, "));
        small = new SmallLake(folder, file);
        for (int rejected = 5; rejected <= 6; rejected++) {
            FakePostgres.Transaction some = postgres.begin();
            for (int i = 0; i < 100; i++) {
                some.put(ITEM, i, "n", i < rejected ? 100_00 : 1);
            }
            some.commit();
            List<String> stopped = ingest();
            if (rejected == 5) {
                assertThat(stopped).isEmpty();
            } else {
                assertThat(stopped)
                        .singleElement()
                        .asString()
                        .contains(
                                "tables.item.quarantine-rate is 5% and 6 of 100 changes were set aside in one commit");
            }
        }
    }

    /** Where the catalog says that tables are. */
    private Map<String, String> pointers() throws SQLException {
        Map<String, String> pointers = new TreeMap<>();
        try (Connection catalog = catalog();
                Statement statement = catalog.createStatement();
                ResultSet row = statement.executeQuery("SELECT table_name, metadata_location FROM iceberg_tables")) {
            while (row.next()) {
                pointers.put(row.getString(1), row.getString(2));
            }
        }
        return pointers;
    }

    private Connection catalog() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("catalog.db"));
    }

    /** What a process leaves behind that ends after it has committed what it set aside, and before anything else. */
    private void endsBeforeItsLogs(Map<String, String> before) throws SQLException {
        try (Connection catalog = catalog();
                PreparedStatement update = catalog.prepareStatement(
                        "UPDATE iceberg_tables SET metadata_location = ? WHERE table_name = ?")) {
            for (String table : List.of("item", "item_changes", "stock", "stock_changes")) {
                update.setString(1, before.get(table));
                update.setString(2, table);
                update.executeUpdate();
            }
        }
    }

    @Test
    void aCutThatIsReadAgainUnderOtherRulesLosesNothing() throws IOException, SQLException {
        rules("cheap: { that: amount < 100 }");
        postgres.begin().put(ITEM, 1, "one", 1).commit();
        ingest();
        Map<String, String> before = pointers();
        postgres.begin().put(ITEM, 2, "two", 100_00).put(ITEM, 3, "three", 1).commit();
        ingest();
        assertThat(rows()).containsOnlyKeys(1L, 3L);
        endsBeforeItsLogs(before);
        assertThat(rows()).containsOnlyKeys(1L);

        rules("short: { that: length(name) < 5 }");
        ingest();
        assertThat(rows()).containsOnlyKeys(1L, 2L);
        assertThat(quarantined())
                .extracting(record -> record.record().offset() + " " + record.reason())
                .containsExactlyInAnyOrder("1 rule cheap: amount < 100", "2 rule short: length(name) < 5");
        assertThat(replay()).containsExactlyInAnyOrder("1 replayed", "2 failed");
        assertThat(logged())
                .as("what was in the cut already is not there twice")
                .isEqualTo(2);
        rules("short: { that: length(name) < 6 }");
        assertThat(replay()).containsExactly("2 replayed");
        assertThat(rows()).isEqualTo(postgres.tables.get(ITEM));
    }

    @Test
    void aRuleThatCannotBeUsedIsFoundBeforeAnythingIsRead() throws IOException {
        rules("cheap: { that: amont < 100 }");
        postgres.begin().put(ITEM, 1, "one", 1).commit();
        assertThatThrownBy(this::ingest)
                .isInstanceOf(FirnException.class)
                .hasMessage("tables.item.rules.cheap.that names amont, which is not a column; did you mean amount?");
    }
}
