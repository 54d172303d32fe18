package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.quarantine.QuarantineView;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.quarantine.Selection;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Scan;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The source's table is altered while its changes flow. */
class EvolutionTest {
    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private final List<SourceColumn> columns = new ArrayList<>(List.of(
            new SourceColumn("id", "integer", true),
            new SourceColumn("name", "text", false),
            new SourceColumn("amount", "numeric(10,2)", false),
            new SourceColumn("weight", "real", false)));
    private SmallLake small;
    private long lsn = 1000;

    @BeforeEach
    void makeLake() throws IOException {
        small = new SmallLake(folder, 3);
    }

    private void rename(String rename) throws IOException {
        Path file = folder.resolve("firn.yaml");
        Files.writeString(
                file, Files.readString(file).replace("item: { ", "item: { rename: { %s }, ".formatted(rename)));
        small = new SmallLake(folder, file);
    }

    /** A change without any description of its columns. */
    private void send(String op, String after) {
        lsn += 10;
        source.append("t.public.item", 0, null, envelope(op, after).getBytes(StandardCharsets.UTF_8));
    }

    private String envelope(String op, String after) {
        String row = "{" + after + "}";
        return "{\"before\":%s,\"after\":%s,\"source\":{\"lsn\":%d,\"sequence\":\"[\\\"%d\\\",\\\"%d\\\"]\",\"ts_us\":1795000000000000},\"transaction\":null,\"op\":\"%s\"}"
                .formatted(op.equals("d") ? row : "null", op.equals("d") ? "null" : row, lsn, lsn - 1, lsn, op);
    }

    /** The same with the schema that Kafka Connect's converter puts before it. */
    private void sendDescribed(String fields, String after) {
        lsn += 10;
        String schema =
                "{\"type\":\"struct\",\"fields\":[{\"type\":\"struct\",\"fields\":[%1$s],\"optional\":true,\"field\":\"before\"},{\"type\":\"struct\",\"fields\":[%1$s],\"optional\":true,\"field\":\"after\"}],\"optional\":false}"
                        .formatted(fields);
        String value = "{\"schema\":%s,\"payload\":%s}".formatted(schema, envelope("c", after));
        source.append("t.public.item", 0, null, value.getBytes(StandardCharsets.UTF_8));
    }

    private IngestSetup setup(Lake lake, DuckDatabase database) {
        IngestSetup plain = small.setup(lake, database, source, name -> new MemoryKeyStore(), IngestListener.NONE);
        return new IngestSetup(
                plain.config(),
                lake,
                database,
                source,
                name -> Optional.of(new SourceTable(
                        name,
                        name.equals("public.item")
                                ? List.copyOf(columns)
                                : List.of(new SourceColumn("id", "bigint", true)),
                        List.of("id"))),
                plain.keyStores(),
                plain.stage(),
                plain.clock(),
                plain.listener());
    }

    private List<String> ingest() {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Ingest ingest = new Ingest(setup(lake, database))) {
            ingest.runUntilCaughtUp();
            return ingest.stopped();
        }
    }

    /** Two cuts by one writer, the second after the source was altered. */
    private List<String> ingest(Runnable alteration) {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Ingest ingest = new Ingest(setup(lake, database))) {
            ingest.runUntilCaughtUp();
            alteration.run();
            ingest.runUntilCaughtUp();
            return ingest.stopped();
        }
    }

    private void replay() {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                QuarantineReplay replay = new QuarantineReplay(setup(lake, database), "tester")) {
            replay.run(Selection.open(List.of()), entry -> {});
        }
    }

    private List<String> query(String table, AsOf moment, String sql) {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Workbench workbench = new Workbench(database, small.config.workbench());
                DuckDBConnection connection = database.connect();
                TableView view = workbench.view(connection, "t", Scan.of(lake.table(table), moment));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT r::VARCHAR FROM (%s) r".formatted(sql))) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            assertThat(view.name()).isEqualTo("t");
            return texts;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> rows() {
        return query("item", new AsOf.Head(), "SELECT * FROM t ORDER BY id");
    }

    private String type(String column) {
        try (Lake lake = small.open()) {
            Schema schema = lake.table("item").schema();
            NestedField field = schema.findField(column);
            return field == null ? "none" : field.type().toString();
        }
    }

    private List<QuarantinedRecord> quarantined() {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Workbench workbench = new Workbench(database, small.config.workbench())) {
            return new QuarantineView(lake, workbench).list(Selection.open(List.of()));
        }
    }

    @Test
    void aNewColumnIsAddedWithTheTypeThatTheDatabaseDeclares() {
        send("c", "\"id\":1,\"name\":\"one\",\"amount\":\"AMg=\",\"weight\":1.5");
        List<String> stopped = ingest(() -> {
            send("c", "\"id\":2,\"name\":\"two\",\"amount\":\"AMg=\",\"weight\":2.5");
            columns.add(1, new SourceColumn("colour", "character varying(20)", false));
            send("u", "\"id\":1,\"colour\":\"red\",\"name\":\"uno\",\"amount\":\"AMg=\",\"weight\":1.5");
        });
        assertThat(stopped).isEmpty();
        assertThat(rows())
                .containsExactly(
                        "{'id': 1, 'name': uno, 'amount': 2.00, 'weight': 1.5, 'colour': red}",
                        "{'id': 2, 'name': two, 'amount': 2.00, 'weight': 2.5, 'colour': NULL}");
        assertThat(query(
                        "item_changes",
                        new AsOf.Head(),
                        "SELECT id, colour, _before.colour AS was FROM t ORDER BY _lsn"))
                .containsExactly(
                        "{'id': 1, 'colour': NULL, 'was': NULL}",
                        "{'id': 2, 'colour': NULL, 'was': NULL}",
                        "{'id': 1, 'colour': red, 'was': NULL}");
    }

    @Test
    void olderRowsHaveTheDefaultThatPostgresGivesThem() {
        send("c", "\"id\":1,\"name\":\"one\",\"amount\":null,\"weight\":1.5");
        ingest(() -> {
            columns.add(new SourceColumn("stars", "integer", true, "5"));
            send("c", "\"id\":2,\"name\":\"two\",\"amount\":null,\"weight\":1.5,\"stars\":3");
        });
        assertThat(query("item", new AsOf.Head(), "SELECT id, stars FROM t ORDER BY id"))
                .containsExactly("{'id': 1, 'stars': 5}", "{'id': 2, 'stars': 3}");
    }

    @Test
    void aColumnOfATypeThatCannotBeReadStopsNothingWhenItIsDropped() throws IOException {
        columns.add(new SourceColumn("shift", "time with time zone", false));
        columns.add(new SourceColumn("spans", "interval[]", false));
        columns.add(new SourceColumn("flags", "bit(4)[]", false));
        Path file = folder.resolve("firn.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(
                                "item: { ",
                                "item: { columns: { shift: { policy: drop }, spans: { policy: drop }, flags: { policy: drop } }, "));
        small = new SmallLake(folder, file);
        send("c", "\"id\":1,\"name\":\"one\",\"amount\":null,\"weight\":1.5,\"shift\":\"10:00:00Z\",\"flags\":[null]");
        assertThat(ingest()).isEmpty();
        assertThat(rows()).containsExactly("{'id': 1, 'name': one, 'amount': NULL, 'weight': 1.5}");
        assertThat(quarantined()).isEmpty();
    }

    @Test
    void aDefaultThatFormat2CannotGiveToOlderRowsStopsTheTable() throws IOException {
        small = new SmallLake(folder, 2);
        send("c", "\"id\":1,\"name\":\"one\",\"amount\":null,\"weight\":1.5");
        List<String> stopped = ingest(() -> {
            columns.add(new SourceColumn("stars", "integer", true, "5"));
            send("c", "\"id\":2,\"name\":\"two\",\"amount\":null,\"weight\":1.5,\"stars\":3");
        });
        assertThat(stopped)
                .singleElement()
                .asString()
                .contains(
                        "column stars was added with the default 5, which its table's format 2 cannot give to older rows; load table item anew");
        assertThat(query("item", new AsOf.Head(), "SELECT id FROM t")).containsExactly("{'id': 1}");
        assertThat(quarantined()).hasSize(1);
    }

    @Test
    void integersFloatsAndDecimalsAreWidened() {
        send("c", "\"id\":1,\"name\":\"one\",\"amount\":\"AMg=\",\"weight\":1.5");
        ingest(() -> {
            columns.set(0, new SourceColumn("id", "bigint", true));
            columns.set(2, new SourceColumn("amount", "numeric(14,2)", false));
            columns.set(3, new SourceColumn("weight", "double precision", false));
            send("c", "\"id\":5000000000,\"name\":\"big\",\"amount\":\"Ai3QncQ=\",\"weight\":0.12345678901234");
            send("u", "\"id\":1,\"name\":\"uno\",\"amount\":\"AMg=\",\"weight\":1.5");
        });
        assertThat(quarantined()).isEmpty();
        assertThat(List.of(type("id"), type("amount"), type("weight")))
                .containsExactly("long", "decimal(14, 2)", "double");
        assertThat(rows())
                .containsExactly(
                        "{'id': 1, 'name': uno, 'amount': 2.00, 'weight': 1.5}",
                        "{'id': 5000000000, 'name': big, 'amount': 93585811.88, 'weight': 0.12345678901234}");
        assertThat(query(
                        "item_changes",
                        new AsOf.Head(),
                        "SELECT _op, amount, _before.amount AS was FROM t ORDER BY _lsn"))
                .containsExactly(
                        "{'_op': c, 'amount': 2.00, 'was': NULL}",
                        "{'_op': c, 'amount': 93585811.88, 'was': NULL}",
                        "{'_op': u, 'amount': 2.00, 'was': NULL}");
    }

    @Test
    void aRenamedColumnKeepsItsHistoryAndTagsShowTheOldName() throws IOException {
        rename("name: title");
        send("c", "\"id\":1,\"name\":\"one\",\"amount\":null,\"weight\":1.5");
        ingest();
        try (Lake lake = small.open()) {
            Table item = lake.table("item");
            item.manageSnapshots()
                    .createTag("before", item.currentSnapshot().snapshotId())
                    .commit();
        }
        columns.set(1, new SourceColumn("title", "text", false));
        send("c", "\"id\":2,\"title\":\"two\",\"amount\":null,\"weight\":1.5");
        send("c", "\"id\":3,\"name\":\"late\",\"amount\":null,\"weight\":1.5");
        assertThat(ingest()).isEmpty();
        assertThat(query("item", new AsOf.Head(), "SELECT id, title FROM t ORDER BY id"))
                .containsExactly("{'id': 1, 'title': one}", "{'id': 2, 'title': two}", "{'id': 3, 'title': late}");
        assertThat(query("item", new AsOf.Tag("before"), "SELECT id, name FROM t"))
                .containsExactly("{'id': 1, 'name': one}");
        assertThat(query("item_changes", new AsOf.Head(), "SELECT id, title FROM t ORDER BY id"))
                .hasSize(3);
    }

    @Test
    void aRenamedKeyStillFindsItsRows() throws IOException {
        rename("id: item_id");
        send("c", "\"id\":1,\"name\":\"one\",\"amount\":null,\"weight\":1.5");
        ingest();
        columns.set(0, new SourceColumn("item_id", "integer", true));
        send("u", "\"item_id\":1,\"name\":\"uno\",\"amount\":null,\"weight\":1.5");
        assertThat(ingest()).isEmpty();
        assertThat(query("item", new AsOf.Head(), "SELECT item_id, name FROM t"))
                .containsExactly("{'item_id': 1, 'name': uno}");
        assertThat(quarantined()).isEmpty();
    }

    @Test
    void aDroppedColumnStaysAndIsNullFromThenOn() {
        send("c", "\"id\":1,\"name\":\"one\",\"amount\":\"AMg=\",\"weight\":1.5");
        ingest(() -> {
            columns.remove(3);
            send("c", "\"amount\":\"AMg=\",\"name\":\"two\",\"id\":2");
        });
        assertThat(rows())
                .containsExactly(
                        "{'id': 1, 'name': one, 'amount': 2.00, 'weight': 1.5}",
                        "{'id': 2, 'name': two, 'amount': 2.00, 'weight': NULL}");
    }

    @Test
    void anIncompatibleChangeStopsThatTableOnlyAndSaysWhatToDo() throws IOException {
        send("c", "\"id\":1,\"name\":\"one\",\"amount\":\"AMg=\",\"weight\":1.5");
        List<String> stopped = ingest(() -> {
            columns.set(3, new SourceColumn("weight", "text", false));
            send("u", "\"id\":1,\"name\":\"uno\",\"amount\":\"AMg=\",\"weight\":\"heavy\"");
            send("c", "\"id\":2,\"name\":\"two\",\"amount\":\"AMg=\",\"weight\":\"light\"");
            source.append("t.public.stock", 0, null, envelope("c", "\"id\":9").getBytes(StandardCharsets.UTF_8));
        });
        assertThat(stopped)
                .singleElement()
                .asString()
                .contains("column weight is text in the source and float in the lake, which Iceberg cannot make of it;"
                        + " name what the old column shall be called in tables.item.rename, as in { weight: weight_before },"
                        + " start again and run firn quarantine replay item");
        assertThat(query("stock", new AsOf.Head(), "SELECT id FROM t")).containsExactly("{'id': 9}");
        assertThat(quarantined()).hasSize(2);
        rename("weight: weight_before");
        replay();
        assertThat(quarantined()).isEmpty();
        assertThat(rows())
                .containsExactly(
                        "{'id': 1, 'name': uno, 'amount': 2.00, 'weight_before': NULL, 'weight': heavy}",
                        "{'id': 2, 'name': two, 'amount': 2.00, 'weight_before': NULL, 'weight': light}");
        assertThat(ingest()).isEmpty();
        assertThat(query(
                        "item_changes",
                        new AsOf.Head(),
                        "SELECT id, weight_before, weight, _before.weight AS was FROM t ORDER BY _lsn"))
                .containsExactly(
                        "{'id': 1, 'weight_before': 1.5, 'weight': NULL, 'was': NULL}",
                        "{'id': 1, 'weight_before': NULL, 'weight': heavy, 'was': NULL}",
                        "{'id': 2, 'weight_before': NULL, 'weight': light, 'was': NULL}");
    }

    @Test
    void aScaleThatChangedIsNoticedThoughItsRecordsLookTheSame() {
        send("c", "\"id\":1,\"name\":\"one\",\"amount\":\"AMg=\",\"weight\":1.5");
        ingest();
        columns.set(2, new SourceColumn("amount", "numeric(12,4)", false));
        send("c", "\"id\":2,\"name\":\"two\",\"amount\":\"AMg=\",\"weight\":1.5");
        assertThat(ingest())
                .singleElement()
                .asString()
                .contains("the type of column amount was changed, and records that do not say how they are written");
        assertThat(rows()).hasSize(1);
    }

    private static final String DESCRIBED =
            "{\"type\":\"int32\",\"optional\":false,\"field\":\"id\"},{\"type\":\"string\",\"optional\":true,\"field\":\"name\"},{\"type\":\"bytes\",\"optional\":true,\"name\":\"org.apache.kafka.connect.data.Decimal\",\"parameters\":{\"scale\":\"2\",\"connect.decimal.precision\":\"10\"},\"field\":\"amount\"},{\"type\":\"%s\",\"optional\":true,\"field\":\"weight\"}%s";

    @Test
    void recordsThatDescribeTheirRowsAreFollowedWithoutAskingTheDatabase() {
        sendDescribed(DESCRIBED.formatted("float", ""), "\"id\":1,\"name\":\"one\",\"amount\":\"AMg=\",\"weight\":1.5");
        sendDescribed(
                DESCRIBED.formatted(
                        "double",
                        ",{\"type\":\"int64\",\"optional\":true,\"name\":\"io.debezium.time.Timestamp\",\"field\":\"seen\"}"),
                "\"id\":2,\"name\":\"two\",\"amount\":\"AMg=\",\"weight\":0.1,\"seen\":1795169472345");
        sendDescribed(
                DESCRIBED.formatted("float", ""), "\"id\":3,\"name\":\"late\",\"amount\":\"AMg=\",\"weight\":1.5");
        assertThat(ingest()).isEmpty();
        assertThat(quarantined()).isEmpty();
        assertThat(rows())
                .containsExactly(
                        "{'id': 1, 'name': one, 'amount': 2.00, 'weight': 1.5, 'seen': NULL}",
                        "{'id': 2, 'name': two, 'amount': 2.00, 'weight': 0.1, 'seen': '2026-11-20 10:11:12.345'}",
                        "{'id': 3, 'name': late, 'amount': 2.00, 'weight': 1.5, 'seen': NULL}");
    }

    @Test
    void aScaleInTheDescriptionIsBelievedAndOneThatDoesNotFitStopsTheTable() {
        String four = DESCRIBED.formatted("float", "").replace("\"scale\":\"2\"", "\"scale\":\"4\"");
        sendDescribed(DESCRIBED.formatted("float", ""), "\"id\":1,\"name\":\"one\",\"amount\":\"AMg=\",\"weight\":1.5");
        sendDescribed(four, "\"id\":2,\"name\":\"two\",\"amount\":\"AMg=\",\"weight\":1.5");
        assertThat(ingest())
                .singleElement()
                .asString()
                .contains("column amount is numeric(10,4) in the source and decimal(10, 2) in the lake");
        assertThat(rows()).hasSize(1);
    }

    @Test
    void aColumnThatNobodyDeclaresPutsItsRecordsIntoQuarantine() {
        send("c", "\"id\":1,\"name\":\"one\",\"amount\":null,\"weight\":1.5");
        send("c", "\"id\":2,\"name\":\"two\",\"amount\":null,\"weight\":1.5,\"ghost\":1");
        assertThat(ingest()).isEmpty();
        assertThat(quarantined())
                .extracting(QuarantinedRecord::reason)
                .containsExactly("column ghost is not in the lake's table");
    }

    @Test
    void aLogWhoseOlderFilesLackAColumnIsStillApplied() {
        send("c", "\"id\":1,\"name\":\"one\",\"amount\":null,\"weight\":1.5");
        ingest(() -> {
            columns.add(new SourceColumn("colour", "text", false));
            send("u", "\"id\":1,\"name\":\"uno\",\"amount\":null,\"weight\":1.5,\"colour\":\"red\"");
        });
        List<String> before = rows();
        forgetTheTable();
        ingest();
        assertThat(rows()).isEqualTo(before);
    }

    /** What a writer that was killed before it applied anything leaves behind. */
    private void forgetTheTable() {
        try (Lake lake = small.open()) {
            Table item = lake.table("item");
            item.updateProperties().remove("firn.cut").commit();
            Schema schema = item.schema();
            org.apache.iceberg.PartitionSpec spec = item.spec();
            java.util.Map<String, String> properties = new java.util.HashMap<>(item.properties());
            properties.put("format-version", "3");
            properties.keySet().removeIf(name -> name.startsWith("firn.cut"));
            lake.catalog().dropTable(lake.identifier("item"), false);
            lake.catalog()
                    .buildTable(lake.identifier("item"), schema)
                    .withPartitionSpec(spec)
                    .withProperties(properties)
                    .create();
        }
    }
}
