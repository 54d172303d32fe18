package io.firn.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are too wide to be sorted at once are sorted a range at a time. */
class SortRangesTest {
    private static final Schema WIDE = new Schema(
            Types.NestedField.optional(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "description", Types.StringType.get()));

    @TempDir
    Path folder;

    private static String ordered(SortDirection direction, NullOrder nulls, Connection connection, String relation)
            throws Exception {
        SortOrder order =
                SortOrder.builderFor(WIDE).sortBy("id", direction, nulls).build();
        List<String> parts = new ArrayList<>();
        int number = 0;
        for (String range : SortRanges.of(connection, relation, order, WIDE)) {
            parts.add("SELECT %d AS part, * FROM (SELECT * FROM %s WHERE %s ORDER BY %s)"
                    .formatted(number++, relation, range, SortOrders.sql(order, WIDE)));
        }
        assertThat(parts).hasSizeGreaterThan(1);
        String together = "SELECT list(id) FROM (SELECT * FROM (%s) ORDER BY part, %s)"
                .formatted(String.join(" UNION ALL ", parts), SortOrders.sql(order, WIDE));
        String atOnce =
                "SELECT list(id) FROM (SELECT * FROM %s ORDER BY %s)".formatted(relation, SortOrders.sql(order, WIDE));
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT (%s)::VARCHAR = (%s)::VARCHAR".formatted(together, atOnce))) {
            row.next();
            return row.getString(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"ASC, NULLS_FIRST", "ASC, NULLS_LAST", "DESC, NULLS_FIRST", "DESC, NULLS_LAST"})
    void rangesFollowEachOtherInTheOrder(SortDirection direction, NullOrder nulls) throws Exception {
        try (TestLake lake = new TestLake(folder);
                Connection connection = lake.duck.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TEMP TABLE rows AS SELECT CASE WHEN i %% 7 = 0 THEN NULL ELSE hash(i) %% 1000 END::BIGINT AS id, 'd' AS description FROM range(5000) t(i)"
                            .replace("%%", "%"));
            assertThat(ordered(direction, nulls, connection, "rows")).isEqualTo("true");
            assertThat(SortRanges.of(
                            connection,
                            "(SELECT 5::BIGINT AS id FROM range(100))",
                            SortOrder.builderFor(WIDE).asc("id").build(),
                            WIDE))
                    .hasSizeLessThanOrEqualTo(2);
        }
    }

    private static final String ROWS =
            "(SELECT (hash(i) // 2)::BIGINT AS id, repeat(md5(i::VARCHAR), 640) AS description FROM range(15000) t(i))";

    private static Table wide(TestLake lake, PartitionSpec spec) {
        return lake.lake
                .catalog()
                .buildTable(lake.lake.identifier("wide"), WIDE)
                .withSortOrder(SortOrder.builderFor(WIDE).asc("id").build())
                .withPartitionSpec(spec)
                .withProperties(Map.of("format-version", "3"))
                .create();
    }

    private ParquetOut out(Table table) {
        FileSettings settings = FileSettings.of(table).withTargetBytes(8 << 20).withRowGroupRows(256);
        return new ParquetOut(table, "wide", settings, folder.resolve("upload"));
    }

    private static List<Long> ids(Connection connection, DataFile file) throws Exception {
        return TestLake.query(
                        connection,
                        "SELECT id FROM read_parquet(%s)"
                                .formatted(Sql.literal(file.location().substring("file:".length()))))
                .stream()
                .map(Long::valueOf)
                .toList();
    }

    /**
     * 300 MB of rows of 20 KB, of which DuckDB would hold all in memory; an eighth of them is too much for the least.
     */
    @ParameterizedTest
    @ValueSource(longs = {192, 64})
    void wideRowsAreSortedInLittleMemory(long megabytes) throws Exception {
        try (TestLake lake = new TestLake(folder, megabytes << 20);
                Connection connection = lake.duck.connect()) {
            Table table = wide(lake, PartitionSpec.unpartitioned());
            List<DataFile> files = out(table).writeRun(connection, table.spec(), null, ROWS);
            List<Long> ids = new ArrayList<>();
            for (DataFile file : files) {
                assertThat(file.sortOrderId()).isEqualTo(table.sortOrder().orderId());
                ids.addAll(ids(connection, file));
            }
            assertThat(ids).hasSize(15_000).isSorted();
        }
    }

    @Test
    void wideRowsAreSortedInLittleMemoryInTheirPartitions() throws Exception {
        try (TestLake lake = new TestLake(folder, 192L << 20);
                Connection connection = lake.duck.connect()) {
            Table table =
                    wide(lake, PartitionSpec.builderFor(WIDE).bucket("id", 2).build());
            List<DataFile> files = out(table).writePartitioned(connection, ROWS, null);
            long rows = 0;
            for (DataFile file : files) {
                assertThat(ids(connection, file))
                        .hasSize((int) file.recordCount())
                        .isSorted();
                rows += file.recordCount();
            }
            assertThat(rows).isEqualTo(15_000);
        }
    }
}
