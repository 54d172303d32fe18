package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files that need no change are joined by copying their row groups, each of which stays one. */
class RowGroupCopyTest {
    private static final long TARGET = 1 << 20;

    @TempDir
    Path folder;

    private TestLake lake;

    @BeforeEach
    void open() {
        lake = new TestLake(folder);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private CompactionResult compact(Table table, long target) {
        try (Compaction compaction = lake.compaction(target)) {
            return compaction.run(table);
        }
    }

    private static List<Integer> rowGroups(Table table) {
        return TestLake.files(table).stream()
                .map(FileScanTask::file)
                .map(DataFile::splitOffsets)
                .map(List::size)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void neighboursAreJoinedWithoutBeingDecoded(int formatVersion) {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), formatVersion);
        TestWriter writer = new TestWriter(lake, table);
        for (int i = 7; i >= 0; i--) {
            writer.append(i * 1000L, 1000, 1);
        }
        List<String> before = TestLake.rows(table);
        assertThat(compact(table, TARGET).committed()).hasSize(1);
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(rowGroups(table)).containsExactly(8);
        DataFile file = TestLake.files(table).get(0).file();
        assertThat(file.sortOrderId()).isEqualTo(table.sortOrder().orderId());
        assertThat(file.recordCount()).isEqualTo(8000);
        assertThat(nullNames(table)).isEqualTo(8 * 143);
    }

    private static long nullNames(Table table) {
        try (var tasks = table.newScan().includeColumnStats().planFiles()) {
            return Objects.requireNonNull(
                    tasks.iterator().next().file().nullValueCounts().get(2));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void rowsKeepTheIdentityThatIsStoredInSomeOfTheFiles() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 1000, 1);
        writer.delete(Map.of(
                TestLake.files(writer.table()).get(0),
                LongStream.range(0, 1000).boxed().toList()));
        writer.appendSelect("(SELECT i AS id, 'renamed ' || i AS name, 1.00::DECIMAL(12,2) AS price,"
                + " ['a'] AS tags, 1 AS category, CASE WHEN i % 2 = 0 THEN i END AS _row_id,"
                + " CASE WHEN i % 4 = 0 THEN 1::BIGINT END AS _last_updated_sequence_number FROM range(1000) t(i))");
        compact(table, TARGET);
        writer.appendSelect("(SELECT 5000 + i AS id, 'later ' || i AS name, 1.00::DECIMAL(12,2) AS price,"
                + " ['a'] AS tags, 1 AS category FROM range(1000) t(i))");
        List<String> before = TestLake.rows(table);
        assertThat(TestLake.files(table)).hasSize(2);
        compact(table, TARGET);
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(rowGroups(table)).containsExactly(2);
        List<String> rows = before.stream()
                .filter(row -> row.startsWith("4|") || row.startsWith("5|"))
                .toList();
        assertThat(rows.get(0)).isEqualTo("4|renamed 4|1.00|[a]|1|4|1");
        assertThat(rows.get(1)).startsWith("5|renamed 5|1.00|[a]|1|").endsWith("|3");
    }

    @Test
    void copiedFilesAreCutNearTheTarget() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        TestWriter writer = new TestWriter(lake, table);
        for (int i = 0; i < 24; i++) {
            writer.append(i * 2000L, 2000, 1);
        }
        long bytes = TestLake.files(table).stream()
                .mapToLong(task -> task.file().fileSizeInBytes())
                .sum();
        List<String> before = TestLake.rows(table);
        long target = bytes / 3;
        compact(table, target);
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(rowGroups(table).stream().mapToInt(Integer::intValue).sum()).isEqualTo(24);
        assertThat(rowGroups(table).stream().distinct()).hasSize(1);
        assertThat(TestLake.files(table))
                .extracting(task -> task.file().fileSizeInBytes())
                .allSatisfy(size -> assertThat((double) size / target).isBetween(0.7, 1.42));
    }

    @Test
    void aRequiredColumnIsNotJoinedWithAnOptionalOne() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 1000, 1);
        writer.appendSelect("(SELECT 5000 + i AS id, 'same' AS name, 1.00::DECIMAL(12,2) AS price,"
                + " ['a'] AS tags, 1 AS category FROM range(1000) t(i))");
        List<String> before = TestLake.rows(table);
        compact(table, TARGET);
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(rowGroups(table)).containsExactly(1);
    }

    @Test
    void filesWithDeletedRowsAreDecoded() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 1000, 1);
        writer.append(1000, 1000, 1);
        writer.deleteSome(new Random(1), 100);
        List<String> before = TestLake.rows(table);
        compact(table, TARGET);
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(rowGroups(table)).containsExactly(1);
    }

    @Test
    void rowGroupsThatAreMuchTooSmallAreDecodedAndWrittenTogether() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        TestWriter writer = new TestWriter(lake, table);
        for (int i = 0; i < 4; i++) {
            writer.append(i * 100L, 100, 1);
        }
        List<String> before = TestLake.rows(table);
        compact(table, 64 << 20);
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(rowGroups(table)).containsExactly(1);
    }
}
