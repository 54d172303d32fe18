package io.firn.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunWriteTest {
    private static final int ROWS = 400_000;
    private static final Schema PAIR = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()));

    @TempDir
    Path folder;

    @Test
    void filesFollowEachOtherInOrderAndMeetTheTarget() throws Exception {
        try (TestLake lake = new TestLake(folder);
                Connection connection = lake.duck.connect()) {
            Table table = table(lake);
            long target = 130_000;
            FileSettings settings =
                    FileSettings.of(table).withTargetBytes(target).withRowGroupRows(8192);
            List<DataFile> files = new ParquetOut(table, "run", settings, folder.resolve("upload"))
                    .writeRun(connection, table.spec(), null, scattered());
            assertThat(files).hasSizeGreaterThan(3);
            assertThat(files).allSatisfy(file -> {
                assertThat((double) file.fileSizeInBytes()).isBetween(0.85 * target, 1.15 * target);
                assertThat(file.sortOrderId()).isEqualTo(table.sortOrder().orderId());
                assertThat(file.fileSizeInBytes())
                        .isEqualTo(Files.size(Path.of(file.location().substring(5))));
            });
            long next = 0;
            for (DataFile file : files) {
                assertThat(bound(file.lowerBounds())).isEqualTo(next);
                next += file.recordCount();
                assertThat(bound(file.upperBounds())).isEqualTo(next - 1);
            }
            assertThat(folder.resolve("warehouse/test/pair/data"))
                    .isDirectoryNotContaining(path -> files.stream()
                            .noneMatch(file ->
                                    file.location().endsWith(path.getFileName().toString())));
        }
    }

    @Test
    void everyRowIsReadBackInItsPlace() throws Exception {
        try (TestLake lake = new TestLake(folder);
                Connection connection = lake.duck.connect()) {
            Table table = table(lake);
            FileSettings settings =
                    FileSettings.of(table).withTargetBytes(130_000).withRowGroupRows(8192);
            TestLake.append(
                    table,
                    new ParquetOut(table, "run", settings, folder.resolve("upload"))
                            .writeRun(connection, table.spec(), null, scattered()));
            List<Record> rows = TestLake.generics(table);
            assertThat(rows).hasSize(ROWS);
            for (int i = 0; i < ROWS; i++) {
                assertThat(rows.get(i).getField("id")).isEqualTo((long) i);
                assertThat(rows.get(i).getField("name")).isEqualTo(i % 10 == 0 ? null : "name-" + i);
            }
        }
    }

    @Test
    void whatFitsOneFileIsOneFile() throws Exception {
        try (TestLake lake = new TestLake(folder);
                Connection connection = lake.duck.connect()) {
            Table table = table(lake);
            List<DataFile> files = lake.out(table).writeRun(connection, table.spec(), null, scattered());
            assertThat(files).hasSize(1);
            assertThat(files.get(0).recordCount()).isEqualTo(ROWS);
        }
    }

    @Test
    void theNumberOfFilesIsTheOneNearestToTheTarget() {
        assertThat(FileSettings.filesFor(0, 100)).isEqualTo(1);
        assertThat(FileSettings.filesFor(141, 100)).isEqualTo(1);
        assertThat(FileSettings.filesFor(142, 100)).isEqualTo(2);
        assertThat(FileSettings.filesFor(244, 100)).isEqualTo(2);
        assertThat(FileSettings.filesFor(245, 100)).isEqualTo(3);
        assertThat(FileSettings.filesFor(10_040, 100)).isEqualTo(100);
    }

    private static Table table(TestLake lake) {
        Table table = lake.table("pair", PAIR, PartitionSpec.unpartitioned(), 3);
        table.replaceSortOrder().asc("id", NullOrder.NULLS_FIRST).commit();
        return table;
    }

    private static String scattered() {
        return "(SELECT (i * 7919) %% %d AS id, CASE WHEN id %% 10 > 0 THEN 'name-' || id END AS name FROM range(%d) t(i))"
                .formatted(ROWS, ROWS);
    }

    private static Long bound(Map<Integer, ByteBuffer> bounds) {
        return Conversions.fromByteBuffer(Types.LongType.get(), Objects.requireNonNull(bounds.get(1)));
    }
}
