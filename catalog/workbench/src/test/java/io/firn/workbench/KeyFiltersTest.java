package io.firn.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.parquet.ParquetBloomRowGroupFilter;
import org.apache.iceberg.types.Types;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg's own evaluator says which row groups a reader that looks for one value has to read. */
class KeyFiltersTest {
    private static final int ROWS = 100_000;
    private static final Schema PRODUCT = new Schema(
            List.of(
                    Types.NestedField.required(1, "id", Types.LongType.get()),
                    Types.NestedField.required(2, "code", Types.StringType.get()),
                    Types.NestedField.optional(3, "weight", Types.IntegerType.get())),
            Set.of(1, 2));
    private static final String SCATTERED =
            "(SELECT (i * 7919) %% %1$d AS id, 'code ' || id AS code, CASE WHEN i %% 3 > 0 THEN (i * 31 %% %1$d)::INT END AS weight FROM range(%1$d) t(i))"
                    .formatted(ROWS);

    @TempDir
    Path folder;

    private List<DataFile> write(TestLake lake, Table table) throws Exception {
        FileSettings settings = FileSettings.of(table).withTargetBytes(200_000).withRowGroupRows(4096);
        try (Connection connection = lake.duck.connect()) {
            return new ParquetOut(table, "run", settings, folder.resolve("upload"))
                    .writeRun(connection, table.spec(), null, SCATTERED);
        }
    }

    /** Row groups of all the files that a reader has to read for a predicate, as far as bloom filters tell. */
    private static long read(Table table, List<DataFile> files, Expression filter) throws IOException {
        ParquetBloomRowGroupFilter bloom = new ParquetBloomRowGroupFilter(table.schema(), filter);
        long read = 0;
        for (DataFile file : files) {
            try (ParquetFileReader reader = open(file)) {
                for (BlockMetaData rowGroup : reader.getRowGroups()) {
                    boolean needed = bloom.shouldRead(
                            reader.getFileMetaData().getSchema(), rowGroup, reader.getBloomFilterDataReader(rowGroup));
                    read += needed ? 1 : 0;
                }
            }
        }
        return read;
    }

    private static ParquetFileReader open(DataFile file) throws IOException {
        return new LocalParquet(Path.of(file.location().substring("file:".length()))).open();
    }

    private static List<String> filtered(List<DataFile> files) throws IOException {
        List<String> columns = new ArrayList<>();
        for (DataFile file : files) {
            try (ParquetFileReader reader = open(file)) {
                reader.getRowGroups().stream()
                        .flatMap(rowGroup -> rowGroup.getColumns().stream())
                        .filter(chunk -> chunk.getBloomFilterOffset() > 0)
                        .forEach(chunk -> columns.add(chunk.getPath().toDotString()));
            }
        }
        return columns.stream().distinct().sorted().toList();
    }

    @Test
    void aKeyThatFilesAreNotSortedByIsFoundInOneRowGroup() throws Exception {
        try (TestLake lake = new TestLake(folder)) {
            Table table = lake.table("product", PRODUCT, PartitionSpec.unpartitioned(), 3);
            table.replaceSortOrder().asc("weight").commit();
            List<DataFile> files = write(lake, table);
            assertThat(filtered(files)).contains("code", "id");
            int rowGroups = (ROWS + 4095) / 4096;
            long vain = 0;
            for (long id : IntStream.range(0, 40).mapToLong(i -> i * 2_500L).toArray()) {
                assertThat(read(table, files, Expressions.equal("id", id))).isBetween(1L, (long) rowGroups / 2);
                vain += read(table, files, Expressions.equal("id", id)) - 1;
                vain += read(table, files, Expressions.equal("code", "code " + id)) - 1;
                vain += read(table, files, Expressions.equal("code", "missing " + id));
            }
            assertThat(vain).as("of %d row groups", 120 * rowGroups).isLessThanOrEqualTo(120L * rowGroups / 100);
            TestLake.append(table, files);
            assertThat(TestLake.generics(table)).hasSize(ROWS);
        }
    }

    @Test
    void copiedRowGroupsGetThemAsWell() throws Exception {
        try (TestLake lake = new TestLake(folder);
                Workbench workbench = new Workbench(lake.duck, TestLake.config(folder))) {
            Table table = lake.table("product", PRODUCT, PartitionSpec.unpartitioned(), 2);
            List<DataFile> files = Stream.of(0, 1)
                    .flatMap(i -> withoutFilters(lake, table).stream())
                    .toList();
            assertThat(filtered(files)).doesNotContain("id", "code");
            List<DataFile> joined = new RowGroupJoin(table, workbench, lake.out(table))
                    .join(files, table.spec(), null, null, path -> {})
                    .orElseThrow()
                    .files();
            assertThat(joined).hasSize(1);
            assertThat(filtered(joined)).contains("id", "code");
            assertThat(read(table, joined, Expressions.equal("id", -1L))).isZero();
            assertThat(read(table, joined, Expressions.equal("id", 7L))).isPositive();
        }
    }

    private static List<DataFile> withoutFilters(TestLake lake, Table table) {
        try (Connection connection = lake.duck.connect()) {
            return List.of(lake.out(table)
                    .write(connection, "SELECT * FROM " + SCATTERED)
                    .orElseThrow());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void boundsAreEnoughForAKeyThatFilesAreSortedBy() {
        try (TestLake lake = new TestLake(folder)) {
            Table table = lake.table("product", PRODUCT, PartitionSpec.unpartitioned(), 3);
            assertThat(KeyFilters.columns(table)).containsExactlyInAnyOrder(1, 2);
            table.replaceSortOrder().asc("id").asc("weight").commit();
            assertThat(KeyFilters.columns(table)).isEmpty();
            table.updateProperties()
                    .set("write.parquet.bloom-filter-enabled.column.weight", "true")
                    .commit();
            assertThat(KeyFilters.columns(table)).containsExactly(3);
            table.updateProperties()
                    .set("firn.cluster-by", "id,weight")
                    .set("write.parquet.bloom-filter-enabled.column.code", "false")
                    .commit();
            assertThat(KeyFilters.columns(table)).containsExactlyInAnyOrder(1, 3);
        }
    }
}
