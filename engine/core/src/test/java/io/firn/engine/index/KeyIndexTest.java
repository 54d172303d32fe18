package io.firn.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.Lake;
import io.firn.engine.ingest.SmallLake;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.FileStage;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Sql;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The index on tables whose files others have written, with its store on the disk. */
class KeyIndexTest {
    private static final int MANY = 200_000;
    private static final int FEW = 1_000;

    @TempDir
    Path folder;

    private SmallLake small;
    private Lake lake;
    private DuckDatabase database;
    private DuckDBConnection connection;
    private CachedFiles files;
    private final List<String> read = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void open() throws IOException {
        small = new SmallLake(folder, 3, 1);
        lake = Lake.open(small.config.lake());
        database = DuckDatabase.open(small.config.workbench());
        connection = database.connect();
        files = new CachedFiles(small.config.workbench());
    }

    @AfterEach
    void close() throws SQLException {
        files.close();
        connection.close();
        database.close();
        lake.close();
    }

    private Table table(List<Type> key) {
        List<NestedField> columns = new ArrayList<>();
        for (Type type : key) {
            columns.add(NestedField.required(columns.size() + 1, "k" + columns.size(), type));
        }
        columns.add(NestedField.optional(columns.size() + 1, "other", Types.StringType.get()));
        return lake.catalog()
                .createTable(
                        lake.identifier("keys" + UUID.randomUUID().toString().substring(0, 8)),
                        new Schema(columns),
                        PartitionSpec.unpartitioned(),
                        Map.of("format-version", "3"));
    }

    private DataFile append(Table table, String select) {
        DataFile file = written(table, select);
        table.newAppend().appendFile(file).commit();
        return file;
    }

    private KeyIndex index(Table table, int keyColumns) {
        FileStage noting = (io, staged) -> {
            staged.forEach(file -> read.add(file.location()));
            return files.stage(io, staged);
        };
        return new KeyIndex(
                RocksKeyStore.open(folder.resolve("index")),
                table,
                table.schema().columns().subList(0, keyColumns),
                connection,
                noting);
    }

    /** Looks up every key of a file, and wants each where the file has it. */
    private void findsEveryRowOf(DataFile file, KeyIndex index, int keyColumns) throws SQLException {
        String keys = IntStream.range(0, keyColumns)
                .mapToObj(i -> index.keys().expression(i, "k" + i))
                .collect(Collectors.joining(", "));
        List<byte[]> wanted = new ArrayList<>();
        List<Long> places = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT file_row_number, %s FROM read_parquet(%s)"
                        .formatted(keys, Sql.literal(file.location().replaceFirst("^file:", ""))))) {
            while (rows.next()) {
                places.add(rows.getLong(1));
                wanted.add(index.keys().read(rows, 2));
            }
        }
        assertThat(wanted).hasSize((int) file.recordCount());
        List<Located> located = index.locate(wanted);
        for (int i = 0; i < places.size(); i++) {
            Located row = located.get(i);
            assertThat(row).as("row %d", i).isNotNull();
            assertThat(row.position()).isEqualTo(places.get(i));
            assertThat(row.file().location()).isEqualTo(file.location());
        }
        List<byte[]> absent = wanted.subList(0, Math.min(FEW, wanted.size())).stream()
                .map(key -> Arrays.copyOf(key, key.length + 1))
                .toList();
        assertThat(index.locate(absent)).containsOnlyNulls();
    }

    static Stream<Arguments> kinds() {
        Type text = Types.StringType.get();
        return Stream.of(
                Arguments.of(
                        "a large table that is in no order",
                        List.of(Types.LongType.get()),
                        "(hash(i) // 2)::BIGINT AS k0",
                        MANY),
                Arguments.of(
                        "a large one of texts and numbers",
                        List.of(text, Types.IntegerType.get(), text),
                        "'Ä' || (i %% 7) AS k0, (i - 5000)::INTEGER AS k1, CASE WHEN i %% 2 = 0 THEN '' ELSE chr(0) || i END AS k2",
                        MANY),
                Arguments.of("a kilobyte", List.of(text), "lpad(i::VARCHAR, 1024, 'x') AS k0", FEW),
                Arguments.of(
                        "numbers and days",
                        List.of(Types.DecimalType.of(20, 3), Types.DateType.get()),
                        "((i - 500) * 1000000000)::DECIMAL(20,3) AS k0, DATE '1969-12-01' + i::INTEGER AS k1",
                        FEW),
                Arguments.of(
                        "times and truths",
                        List.of(Types.TimestampType.withZone(), Types.BooleanType.get()),
                        "make_timestamptz(i * 1000003 - 500000000) AS k0, i %% 2 = 0 AS k1",
                        FEW),
                Arguments.of(
                        "bytes", List.of(Types.BinaryType.get()), "encode(chr(i::INTEGER + 1) || 'z') AS k0", FEW));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void everyRowIsFoundWhereItIs(String name, List<Type> key, String select, int rows) throws Exception {
        Table table = table(key);
        DataFile file = append(
                table,
                "SELECT %s, 'o' AS other FROM range(%d) t(i) ORDER BY hash(i)"
                        .formatted(select.replace("%%", "%"), rows));
        try (KeyIndex index = index(table, key.size())) {
            index.synchronise(table);
            findsEveryRowOf(file, index, key.size());
        }
    }

    @Test
    void onlyFilesThatWereAddedAreReadWhoeverAddedThem() throws Exception {
        Table table = table(List.of(Types.LongType.get()));
        DataFile first = append(table, "SELECT i AS k0, 'o' AS other FROM range(1000) t(i)");
        try (KeyIndex index = index(table, 1)) {
            index.synchronise(table);
            DataFile second = append(table, "SELECT 1000 + i AS k0, 'o' AS other FROM range(1000) t(i)");
            index.synchronise(table);
            assertThat(read).containsExactly(first.location(), second.location());
        }
        DataFile third = append(table, "SELECT 2000 + i AS k0, 'o' AS other FROM range(300000) t(i)");
        read.clear();
        try (KeyIndex index = index(table, 1)) {
            index.synchronise(table);
            assertThat(read).containsExactly(third.location());
            findsEveryRowOf(first, index, 1);
            findsEveryRowOf(third, index, 1);
        }
    }

    @Test
    void aStoreThatIsDamagedOrGoneIsMadeAnewFromTheTable() throws Exception {
        Table table = table(List.of(Types.LongType.get()));
        DataFile file = append(table, "SELECT i AS k0, 'o' AS other FROM range(250000) t(i)");
        try (KeyIndex index = index(table, 1)) {
            index.synchronise(table);
        }
        List<Path> stored;
        try (Stream<Path> all = Files.list(folder.resolve("index"))) {
            stored = all.filter(path -> path.getFileName().toString().startsWith("MANIFEST"))
                    .toList();
        }
        assertThat(stored).hasSize(1);
        Files.writeString(stored.get(0), "no manifest");
        try (KeyIndex index = index(table, 1)) {
            index.synchronise(table);
            findsEveryRowOf(file, index, 1);
        }
        try (RocksKeyStore store = RocksKeyStore.open(folder.resolve("index"))) {
            store.clear();
        }
        try (KeyIndex index = index(table, 1)) {
            index.synchronise(table);
            findsEveryRowOf(file, index, 1);
        }
    }

    /** A file in the place of another, as a compaction commits it, with rows that were deleted meanwhile. */
    private static void replace(Table table, DataFile old, DataFile file, List<Long> gone) throws IOException {
        OutputFileFactory files = OutputFileFactory.builderFor(table, 1, 1)
                .format(FileFormat.PUFFIN)
                .build();
        BaseDVFileWriter vectors = new BaseDVFileWriter(files, path -> null);
        gone.forEach(position -> vectors.delete(file.location(), position, table.spec(), null));
        vectors.close();
        RowDelta rewrite = table.newRowDelta().removeRows(old).addRows(file);
        vectors.result().deleteFiles().forEach(rewrite::addDeletes);
        rewrite.commit();
    }

    private DataFile written(Table table, String select) {
        return new ParquetOut(table, "test", FileSettings.of(table), folder)
                .write(connection, select)
                .orElseThrow();
    }

    private List<Located> locate(KeyIndex index, long... keys) throws SQLException {
        List<byte[]> encoded = new ArrayList<>();
        String values =
                Arrays.stream(keys).mapToObj(key -> "(" + key + "::BIGINT)").collect(Collectors.joining(", "));
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT %s FROM (VALUES %s) t(k0)"
                        .formatted(index.keys().expression(0, "k0"), values))) {
            while (rows.next()) {
                encoded.add(index.keys().read(rows, 1));
            }
        }
        return index.locate(encoded);
    }

    @ParameterizedTest(name = "ordered by {0}")
    @ValueSource(strings = {"i", "hash(i)"})
    void aFileThatWasReadBeforeItsCommitTakesThePlaceOfAnother(String order) throws Exception {
        Table table = table(List.of(Types.LongType.get()));
        DataFile first = append(table, "SELECT i AS k0, 'o' AS other FROM range(250000) t(i)");
        try (KeyIndex index = index(table, 1);
                DuckDBConnection own = database.connect()) {
            index.synchronise(table);
            DataFile second = written(table, "SELECT i AS k0, 'o' AS other FROM range(250000) t(i) ORDER BY " + order);
            read.clear();
            try (KeyIndex.ReadAhead ahead = index.readAhead(List.of(second), own)) {
                assertThat(read).containsExactly(second.location());
                findsEveryRowOf(first, index, 1);
                DataFile updates = append(table, "SELECT i AS k0, 'n' AS other FROM range(7, 9) t(i)");
                index.synchronise(table);
                List<Long> gone = places(second, "k0 IN (7, 8, 9)");
                replace(table, first, second, gone);
                index.synchronise(table);
                List<Located> rows = locate(index, 6, 7, 8, 9, 10);
                assertThat(rows.get(3)).as("deleted and not there again").isNull();
                rows.remove(3);
                assertThat(rows)
                        .extracting(row -> row.file().location())
                        .containsExactly(second.location(), updates.location(), updates.location(), second.location());
                assertThat(rows)
                        .extracting(Located::position)
                        .startsWith(places(second, "k0 = 6").get(0), 0L, 1L);
            }
        }
        try (KeyIndex again = index(table, 1)) {
            again.synchronise(table);
            assertThat(locate(again, 7).get(0)).isNotNull();
        }
    }

    private List<Long> places(DataFile file, String where) throws SQLException {
        List<Long> places = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT file_row_number FROM read_parquet(%s) WHERE %s"
                        .formatted(Sql.literal(file.location().replaceFirst("^file:", "")), where))) {
            while (rows.next()) {
                places.add(rows.getLong(1));
            }
        }
        return places;
    }

    @Test
    void whatIsReadAheadOfACommitThatFailsLeavesNothing() throws Exception {
        Table table = table(List.of(Types.LongType.get()));
        DataFile first = append(table, "SELECT i AS k0, 'o' AS other FROM range(250000) t(i)");
        try (KeyIndex index = index(table, 1);
                DuckDBConnection own = database.connect()) {
            index.synchronise(table);
            DataFile never = written(table, "SELECT i AS k0, 'o' AS other FROM range(250000) t(i)");
            index.readAhead(List.of(never), own).close();
            append(table, "SELECT i AS k0, 'n' AS other FROM range(300000, 300001) t(i)");
            index.synchronise(table);
            findsEveryRowOf(first, index, 1);
        }
        assertThat(folder.resolve("index").resolve("incoming")).isEmptyDirectory();
    }

    @Test
    void largeFilesAreReadSideBySide() throws Exception {
        Table table = table(List.of(Types.LongType.get()));
        table.replaceSortOrder().asc("k0").commit();
        DataFile sorted = append(table, "SELECT i AS k0, 'o' AS other FROM range(250000) t(i)");
        DataFile other =
                append(table, "SELECT 300000 + i AS k0, 'o' AS other FROM range(250000) t(i) ORDER BY hash(i)");
        DataFile lying = DataFiles.builder(table.spec())
                .copy(written(table, "SELECT 600000 + i AS k0, 'o' AS other FROM range(250000) t(i) ORDER BY hash(i)"))
                .withSortOrder(table.sortOrder())
                .build();
        table.newAppend().appendFile(lying).commit();
        DataFile second = written(table, "SELECT i AS k0, 'n' AS other FROM range(250000) t(i)");
        replace(table, sorted, second, List.of(7L));
        DataFile small = append(table, "SELECT i AS k0, 'n' AS other FROM range(7, 8) t(i)");
        try (KeyIndex index = index(table, 1)) {
            index.synchronise(table);
            assertThat(read)
                    .as("the one that is not in the order that it claims twice")
                    .containsExactlyInAnyOrder(
                            second.location(), other.location(), lying.location(), lying.location(), small.location());
            findsEveryRowOf(other, index, 1);
            findsEveryRowOf(lying, index, 1);
            assertThat(locate(index, 6, 7, 249_999))
                    .extracting(row -> row.file().location())
                    .containsExactly(second.location(), small.location(), second.location());
        }
    }

    @Test
    void aLargeFileThatCannotBeReadLeavesTheOthersToBeReadAgain() throws Exception {
        Table table = table(List.of(Types.LongType.get()));
        DataFile first = append(table, "SELECT i AS k0, 'o' AS other FROM range(250000) t(i)");
        DataFile second = append(table, "SELECT 300000 + i AS k0, 'o' AS other FROM range(250000) t(i)");
        Path file = Path.of(URI.create(second.location()));
        Path aside = Files.move(file, file.resolveSibling("aside"));
        try (KeyIndex index = index(table, 1)) {
            assertThatThrownBy(() -> index.synchronise(table)).hasMessageContaining(second.location());
            assertThat(folder.resolve("index").resolve("incoming")).isEmptyDirectory();
            Files.move(aside, file);
            index.synchronise(table);
            findsEveryRowOf(first, index, 1);
            findsEveryRowOf(second, index, 1);
        }
    }
}
