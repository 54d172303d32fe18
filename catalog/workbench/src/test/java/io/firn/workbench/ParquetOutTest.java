package io.firn.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.FirnException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetOutTest {
    private static final long SEED = 20_261_121;
    private static final Schema PAIR = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()));

    @TempDir
    Path folder;

    @Test
    void icebergReadsBackEveryTypeAsItWas() throws Exception {
        try (TestLake lake = new TestLake(folder);
                Connection connection = lake.duck.connect()) {
            Table table = lake.table("all_types", AllTypes.SCHEMA, PartitionSpec.unpartitioned(), 3);
            List<Record> records = new AllTypes(SEED).records(2000);
            DataFile original = AllTypes.write(table, "original", records);
            String select =
                    "SELECT * RENAME (nested_x20_x22x_x22 AS \"nested \"\"x\"\"\") FROM read_parquet(%s) ORDER BY id"
                            .formatted(Sql.literal(original.location().substring("file:".length())));
            TestLake.append(
                    table, lake.out(table).write(connection, select).stream().toList());
            assertThat(TestLake.generics(table)).as("seed " + SEED).isEqualTo(records);
        }
    }

    @Test
    void aFileHasRowsInTheSelectsOrderWithCountsBoundsAndSplits() throws Exception {
        try (TestLake lake = new TestLake(folder);
                Connection connection = lake.duck.connect()) {
            Table table = lake.table("pair", PAIR, PartitionSpec.unpartitioned(), 3);
            DataFile file = lake.out(table)
                    .write(
                            connection,
                            "SELECT i AS id, CASE WHEN i % 10 > 0 THEN 'n' || i END AS name"
                                    + " FROM range(300000) t(i) ORDER BY i DESC")
                    .orElseThrow();
            assertThat(file.recordCount()).isEqualTo(300_000);
            assertThat(file.splitOffsets()).hasSize(3);
            assertThat(file.nullValueCounts()).isEqualTo(Map.of(1, 0L, 2, 30_000L));
            assertThat(bound(file.lowerBounds())).isEqualTo(0L);
            assertThat(bound(file.upperBounds())).isEqualTo(299_999L);
            assertThat(file.sortOrderId()).isEqualTo(0);
            TestLake.append(table, List.of(file));
            List<Record> rows = TestLake.generics(table);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(rows.get(i).getField("id")).isEqualTo(299_999L - i);
            }
        }
    }

    private static Long bound(Map<Integer, ByteBuffer> bounds) {
        return Conversions.fromByteBuffer(Types.LongType.get(), Objects.requireNonNull(bounds.get(1)));
    }

    @Test
    void anEmptySelectMakesNoFile() throws Exception {
        try (TestLake lake = new TestLake(folder);
                Connection connection = lake.duck.connect()) {
            Table table = lake.table("pair", PAIR, PartitionSpec.unpartitioned(), 3);
            assertThat(lake.out(table).write(connection, "SELECT 1 AS id WHERE false"))
                    .isEmpty();
            assertThat(table.io()).isNotNull();
            assertThat(folder.resolve("warehouse/test/pair/data")).isEmptyDirectory();
        }
    }

    @Test
    void aSelectThatDoesNotFitTheTableIsRefused() throws Exception {
        try (TestLake lake = new TestLake(folder);
                Connection connection = lake.duck.connect()) {
            ParquetOut out = lake.out(lake.table("pair", PAIR, PartitionSpec.unpartitioned(), 3));
            assertThatThrownBy(() -> out.write(connection, "SELECT 1 AS id, 2 AS other"))
                    .isInstanceOf(FirnException.class)
                    .hasMessage("the select has the column other, which the table has not");
            assertThatThrownBy(() -> out.write(connection, "SELECT 'a' AS name"))
                    .hasMessage("the select lacks required columns: id");
            assertThatThrownBy(() -> out.write(connection, "SELECT 1.5 AS id"))
                    .hasMessage("column id of the select is DECIMAL(2,1) but must be BIGINT");
        }
    }

    @Test
    void lineageColumnsAreWrittenUnderTheirReservedIds() throws Exception {
        try (TestLake lake = new TestLake(folder);
                Connection connection = lake.duck.connect()) {
            Table table = lake.table("pair", PAIR, PartitionSpec.unpartitioned(), 3);
            DataFile file = lake.out(table)
                    .write(
                            connection,
                            "SELECT 1 AS id, 'a' AS name, 77::BIGINT AS _row_id,"
                                    + " NULL AS _last_updated_sequence_number")
                    .orElseThrow();
            assertThat(TestLake.query(
                            connection,
                            "SELECT name, field_id FROM parquet_schema(%s) WHERE field_id > 2"
                                    .formatted(Sql.literal(file.location().substring("file:".length())))))
                    .containsExactly("_row_id|2147483540", "_last_updated_sequence_number|2147483539");
        }
    }
}
