package io.firn.workbench;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.DeleteGranularity;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkbenchTest {
    private static final long SEED = 11;
    private static final Schema PAIR =
            new Schema(required(1, "id", Types.LongType.get()), optional(2, "name", Types.StringType.get()));

    @TempDir
    Path folder;

    private TestLake lake;
    private Workbench workbench;
    private DuckDBConnection connection;

    @BeforeEach
    void open() {
        lake = new TestLake(folder);
        workbench = new Workbench(lake.duck, TestLake.config(folder));
        connection = lake.duck.connect();
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        workbench.close();
        lake.close();
    }

    /** What DuckDB sees of a table, carried over to a second table and read there by Iceberg. */
    private List<Record> throughDuckDb(Scan scan) throws IOException {
        Table copy = lake.table("copy" + lake.lake.tables().size(), scan.schema(), PartitionSpec.unpartitioned(), 3);
        try (TableView view = workbench.view(connection, "v", scan)) {
            String select = "SELECT * FROM %s ORDER BY id".formatted(view.name());
            TestLake.append(
                    copy, lake.out(copy).write(connection, select).stream().toList());
        }
        return TestLake.generics(copy);
    }

    private List<Record> inOrder(Table table) throws IOException {
        List<Record> rows = new ArrayList<>(TestLake.generics(table));
        rows.sort(Comparator.comparing(row -> (Long) row.getField("id")));
        return rows;
    }

    private List<String> query(String sql) throws Exception {
        return TestLake.query(connection, sql);
    }

    private Table pairs(String name, int formatVersion) throws Exception {
        Table table = lake.table(name, PAIR, PartitionSpec.unpartitioned(), formatVersion);
        appendPairs(table, 0);
        return table;
    }

    private DataFile appendPairs(Table table, int first) {
        DataFile file = lake.out(table)
                .write(connection, "SELECT %d + i AS id, 'n' || i AS name FROM range(10) t(i)".formatted(first))
                .orElseThrow();
        TestLake.append(table, List.of(file));
        return file;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void showsWhatIcebergReadsOfEveryTypeWithDeletes(int formatVersion) throws Exception {
        Table table = lake.table("all_types", AllTypes.SCHEMA, PartitionSpec.unpartitioned(), formatVersion);
        List<Record> records = new AllTypes(SEED).records(900);
        for (int part = 0; part < 3; part++) {
            TestLake.append(
                    table,
                    List.of(AllTypes.write(table, "part" + part, records.subList(part * 300, part * 300 + 300))));
        }
        List<String> files = List.copyOf(TestDeletes.files(table).keySet());
        TestDeletes.delete(table, files.get(0), List.of(0L, 5L, 299L));
        TestDeletes.delete(table, files.get(1), List.of(7L));
        TestDeletes.delete(table, files.get(0), List.of(1L, 2L));
        assertThat(throughDuckDb(Scan.of(table, new AsOf.Head())))
                .as("seed " + SEED)
                .isEqualTo(inOrder(table))
                .hasSize(894);
    }

    @Test
    void positionDeletesThatShareAFileAreApplied() throws Exception {
        Table table = pairs("pair", 2);
        DataFile second = appendPairs(table, 10);
        String first = TestDeletes.files(table).keySet().stream()
                .filter(location -> !location.equals(second.location()))
                .findFirst()
                .orElseThrow();
        TestDeletes.deleteByFile(
                table, Map.of(first, List.of(0L, 9L), second.location(), List.of(3L)), DeleteGranularity.PARTITION);
        workbench.view(connection, "v", Scan.of(table, new AsOf.Head()));
        assertThat(query("SELECT count(*), min(id), list(id ORDER BY id)[-3:] FROM v"))
                .containsExactly("17|1|[17, 18, 19]");
    }

    @Test
    void columnsAreFoundThroughRenamesAdditionsDropsAndPromotions() throws Exception {
        Schema schema = new Schema(
                required(1, "id", Types.LongType.get()),
                optional(2, "amount", Types.DecimalType.of(9, 2)),
                optional(3, "count", Types.IntegerType.get()),
                optional(4, "ratio", Types.FloatType.get()),
                optional(5, "gone", Types.StringType.get()));
        Table table = lake.table("evolved", schema, PartitionSpec.unpartitioned(), 3);
        String before =
                "SELECT i AS id, i::DECIMAL(9,2) / 4 AS amount, i::INTEGER AS count, i::FLOAT / 3 AS ratio, 'x' AS gone FROM range(5) t(i)";
        TestLake.append(
                table,
                lake
                        .out(table)
                        .write(connection, before.replace("i::DECIMAL(9,2) / 4", "(i / 4)::DECIMAL(9,2)"))
                        .stream()
                        .toList());
        table.updateSchema()
                .renameColumn("amount", "price")
                .updateColumn("amount", Types.DecimalType.of(12, 2))
                .updateColumn("count", Types.LongType.get())
                .updateColumn("ratio", Types.DoubleType.get())
                .deleteColumn("gone")
                .addColumn("file_row_number", Types.StringType.get())
                .commit();
        table.updateSchema()
                .addColumn("gone", Types.IntegerType.get())
                .addColumn("amount", Types.StringType.get())
                .commit();
        TestLake.append(
                table,
                lake
                        .out(table)
                        .write(
                                connection,
                                "SELECT 100 + i AS id, 'a' AS amount, 5::BIGINT AS count, 7 AS gone FROM range(3) t(i)")
                        .stream()
                        .toList());
        assertThat(throughDuckDb(Scan.of(table, new AsOf.Head())))
                .isEqualTo(inOrder(table))
                .hasSize(8);
    }

    @Test
    void nestedFieldsAreFoundThroughRenames() throws Exception {
        Schema schema = new Schema(
                required(1, "id", Types.LongType.get()),
                optional(
                        2,
                        "s",
                        Types.StructType.of(
                                optional(4, "a", Types.IntegerType.get()), optional(5, "b", Types.StringType.get()))),
                optional(
                        3,
                        "l",
                        Types.ListType.ofOptional(6, Types.StructType.of(optional(7, "x", Types.IntegerType.get())))),
                optional(
                        8,
                        "m",
                        Types.MapType.ofOptional(
                                9,
                                10,
                                Types.StringType.get(),
                                Types.StructType.of(optional(11, "y", Types.IntegerType.get())))));
        Table table = lake.table("nested", schema, PartitionSpec.unpartitioned(), 3);
        String rows = """
                SELECT * FROM (VALUES (1::BIGINT, {'a': 1, 'b': 'one'}, [{'x': 1}, NULL], MAP {'k': {'y': 1}}),
                (2, NULL, NULL, NULL), (3, {'a': NULL, 'b': NULL}, [], MAP {})) t(id, s, l, m)""";
        TestLake.append(table, lake.out(table).write(connection, rows).stream().toList());
        table.updateSchema()
                .renameColumn("s.a", "c")
                .renameColumn("l.x", "z")
                .renameColumn("m.y", "w")
                .updateColumn("s.a", Types.LongType.get())
                .addColumn("s", "d", Types.StringType.get())
                .commit();
        table.updateSchema().addColumn("s", "a", Types.StringType.get()).commit();
        assertThat(throughDuckDb(Scan.of(table, new AsOf.Head())))
                .isEqualTo(inOrder(table))
                .hasSize(3);
    }

    @Test
    void filesWithoutFieldIdsAreReadByTheNameMapping() throws Exception {
        Table table = lake.table("mapped", PAIR, PartitionSpec.unpartitioned(), 2);
        DataFile file =
                lake.out(table).write(connection, "SELECT 1 AS id, 'a' AS name").orElseThrow();
        TestLake.execute(
                connection,
                "COPY (SELECT 7::BIGINT AS id, 'b' AS name) TO '%s' (FORMAT parquet)"
                        .formatted(file.location().substring("file:".length())));
        TestLake.append(table, List.of(file));
        String mapping = NameMappingParser.toJson(MappingUtil.create(table.schema()));
        table.updateProperties().set("schema.name-mapping.default", mapping).commit();
        workbench.view(connection, "v", Scan.of(table, new AsOf.Head()));
        assertThat(query("SELECT * FROM v")).containsExactly("7|b");
    }

    @Test
    void lineageIsWhatIcebergSays() throws Exception {
        Table table = pairs("pair", 3);
        String first = TestDeletes.files(table).keySet().iterator().next();
        appendPairs(table, 10);
        TestLake.append(
                table,
                lake
                        .out(table)
                        .write(
                                connection,
                                "SELECT 5 AS id, 'new' AS name, 5::BIGINT AS _row_id,"
                                        + " NULL::BIGINT AS _last_updated_sequence_number")
                        .stream()
                        .toList());
        TestDeletes.delete(table, first, List.of(5L));
        List<String> expected = new ArrayList<>();
        try (CloseableIterable<Record> rows = IcebergGenerics.read(table)
                .project(MetadataColumns.schemaWithRowLineage(table.schema()))
                .build()) {
            rows.forEach(row -> expected.add("%s|%s|%s|%s"
                    .formatted(
                            row.getField("id"),
                            row.getField("name"),
                            row.getField(Scan.ROW_ID),
                            row.getField(Scan.SEQUENCE_NUMBER))));
        }
        workbench.view(connection, "v", Scan.of(table, new AsOf.Head()).with(Scan.ROW_ID, Scan.SEQUENCE_NUMBER));
        assertThat(query("SELECT * FROM v"))
                .containsExactlyInAnyOrderElementsOf(expected)
                .hasSize(20);
    }

    @Test
    void fileAndPositionLeadBackToTheRow() throws Exception {
        Table table = pairs("pair", 3);
        DataFile second = appendPairs(table, 10);
        workbench.view(
                connection, "v", Scan.of(table, new AsOf.Head()).select(List.of(Scan.FILE, Scan.POSITION, "id")));
        assertThat(query("SELECT * FROM v WHERE id = 13")).containsExactly(second.location() + "|3|13");
    }

    @Test
    void aMomentIsASnapshotATagOrADay() throws Exception {
        Table table = pairs("pair", 3);
        long first = table.currentSnapshot().snapshotId();
        table.manageSnapshots()
                .createTag("day-2026-11-20", first)
                .createTag("q4", first)
                .commit();
        appendPairs(table, 10);
        table.updateSchema().renameColumn("name", "title").commit();
        List<AsOf> moments =
                List.of(new AsOf.SnapshotId(first), new AsOf.Tag("q4"), new AsOf.Day(LocalDate.of(2026, 11, 20)));
        for (AsOf moment : moments) {
            workbench.view(connection, "v", Scan.of(table, moment));
            assertThat(query("SELECT count(name) FROM v")).containsExactly("10");
        }
        workbench.view(connection, "v", Scan.of(table, new AsOf.Head()));
        assertThat(query("SELECT count(title) FROM v")).containsExactly("20");
    }

    @Test
    void aMissingMomentIsNamedWithItsNeighbours() throws Exception {
        Table table = pairs("pair", 3);
        long id = table.currentSnapshot().snapshotId();
        var tags = table.manageSnapshots();
        for (int day = 1; day <= 9; day++) {
            tags.createTag("day-2026-11-0" + day, id);
        }
        tags.commit();
        assertThatThrownBy(() -> new AsOf.Day(LocalDate.of(2026, 11, 12)).resolve(table))
                .isInstanceOfSatisfying(
                        FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TAG_NOT_FOUND))
                .hasMessage(
                        "table %s has no day 2026-11-12 (nearest: 2026-11-05, 2026-11-06, 2026-11-07, 2026-11-08, 2026-11-09)"
                                .formatted(table.name()));
        assertThatThrownBy(() -> new AsOf.SnapshotId(5).resolve(table))
                .hasMessage("table %s has no snapshot 5; it may have expired".formatted(table.name()));
    }

    @Test
    void aTableWithoutSnapshotsHasNoRows() throws Exception {
        Table table = lake.table("empty", AllTypes.SCHEMA, PartitionSpec.unpartitioned(), 3);
        workbench.view(connection, "v", Scan.of(table, new AsOf.Head()).with(Scan.FILE, Scan.ROW_ID));
        assertThat(query("SELECT count(*) FROM v")).containsExactly("0");
        assertThat(query("DESCRIBE v")).hasSize(AllTypes.SCHEMA.columns().size() + 2);
    }

    @Test
    void aFilterLeavesOutFilesThatCannotMatch() throws Exception {
        Table table = pairs("pair", 3);
        DataFile second = appendPairs(table, 10);
        Scan scan = Scan.of(table, new AsOf.Head()).where(Expressions.greaterThan("id", 12L));
        try (TableView view = workbench.view(connection, "v", scan)) {
            assertThat(view.files()).extracting(task -> task.file().location()).containsExactly(second.location());
            assertThat(query("SELECT count(*) FROM v")).containsExactly("10");
        }
        assertThat(
                        query(
                                "SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE view_name = 'v'"))
                .isEmpty();
    }

    @Test
    void partitionValuesWithPatternCharactersAreReadOnce() throws Exception {
        PartitionSpec spec = PartitionSpec.builderFor(PAIR).identity("name").build();
        Table table = lake.table("odd", PAIR, spec, 3);
        String rows =
                "(SELECT * FROM (VALUES (1::BIGINT, 'a*'), (2, 'ab'), (3, 'a?'), (4, '[ab]'), (5, NULL), (6, 'é/=%')) t(id, name))";
        TestLake.append(table, lake.out(table).writePartitioned(connection, rows, null));
        workbench.view(connection, "v", Scan.of(table, new AsOf.Head()));
        assertThat(query("SELECT * FROM v ORDER BY id"))
                .containsExactly("1|a*", "2|ab", "3|a?", "4|[ab]", "5|null", "6|é/=%");
    }

    @Test
    void equalityDeletesAreRefused() throws Exception {
        Table table = pairs("pair", 2);
        table.newRowDelta()
                .addDeletes(FileMetadata.deleteFileBuilder(table.spec())
                        .ofEqualityDeletes(1)
                        .withPath(table.location() + "/data/eq.parquet")
                        .withFileSizeInBytes(10)
                        .withRecordCount(1)
                        .build())
                .commit();
        assertThatThrownBy(() -> workbench.view(connection, "v", Scan.of(table, new AsOf.Head())))
                .isInstanceOfSatisfying(
                        FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TYPE_UNSUPPORTED))
                .hasMessageStartingWith("table %s has equality deletes (".formatted(table.name()));
    }

    @Test
    void manyDeletesInManyFilesLeaveTheRightRows() throws Exception {
        Table table = lake.table("many", PAIR, PartitionSpec.unpartitioned(), 3);
        for (int file = 0; file < 12; file++) {
            appendPairs(table, file * 10);
        }
        Map<String, FileScanTask> files = new TreeMap<>(TestDeletes.files(table));
        int offset = 0;
        for (FileScanTask task : files.values()) {
            if (offset % 4 != 3) {
                TestDeletes.delete(table, task.file().location(), TestDeletes.everyThird(task.file(), offset % 4));
            }
            offset++;
        }
        List<String> expected = inOrder(table).stream()
                .map(row -> row.getField("id") + "|" + row.getField("name"))
                .toList();
        workbench.view(connection, "v", Scan.of(table, new AsOf.Head()));
        assertThat(query("SELECT * FROM v ORDER BY id")).isEqualTo(expected);
    }
}
