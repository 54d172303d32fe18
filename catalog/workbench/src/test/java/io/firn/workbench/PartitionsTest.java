package io.firn.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.LongType;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionsTest {
    private static final long SEED = 4;

    @TempDir
    Path folder;

    /** Every transform over every type Iceberg allows it for. */
    private static PartitionSpec everything() {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(AllTypes.SCHEMA);
        for (NestedField field : AllTypes.SCHEMA.columns()) {
            Type type = field.type();
            if (!type.isPrimitiveType()) {
                continue;
            }
            String name = field.name();
            spec.identity(name, name + "_identity");
            switch (type.typeId()) {
                case INTEGER, LONG, DECIMAL, STRING, BINARY ->
                    spec.bucket(name, 7, name + "_bucket").truncate(name, 3, name + "_truncate");
                case UUID, TIME -> spec.bucket(name, 7, name + "_bucket");
                case DATE -> spec.bucket(name, 7, name + "_bucket").month(name, name + "_month");
                case TIMESTAMP -> spec.bucket(name, 7, name + "_bucket").hour(name, name + "_hour");
                default -> {}
            }
        }
        return spec.build();
    }

    private static PartitionSpec calendar() {
        return PartitionSpec.builderFor(AllTypes.SCHEMA)
                .year("day", "d_year")
                .year("local", "l_year")
                .month("instant", "i_month")
                .build();
    }

    private static PartitionSpec days() {
        return PartitionSpec.builderFor(AllTypes.SCHEMA)
                .day("day", "d_day")
                .day("local", "l_day")
                .day("instant", "i_day")
                .build();
    }

    @Test
    void valuesEqualThoseOfIcebergsTransforms() throws Exception {
        try (TestLake lake = new TestLake(folder);
                Connection connection = lake.duck.connect()) {
            Table table = lake.table("all_types", AllTypes.SCHEMA, PartitionSpec.unpartitioned(), 3);
            List<Record> records = new AllTypes(SEED).records(3000);
            DataFile file = AllTypes.write(table, "rows", records);
            for (PartitionSpec spec : List.of(everything(), calendar(), days())) {
                String select = "SELECT %s FROM read_parquet(%s) ORDER BY id"
                        .formatted(
                                String.join(", ", Partitions.expressions(spec, AllTypes.SCHEMA)),
                                Sql.literal(file.location().substring("file:".length())));
                assertThat(partitions(connection, spec, select))
                        .as("seed " + SEED)
                        .isEqualTo(expected(spec, records));
            }
        }
    }

    private static List<String> partitions(Connection connection, PartitionSpec spec, String select) throws Exception {
        List<String> partitions = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(select)) {
            while (rows.next()) {
                partitions.add(path(spec, Partitions.read(spec, rows, 1)));
            }
        }
        return partitions;
    }

    private static List<String> expected(PartitionSpec spec, List<Record> records) {
        PartitionKey key = new PartitionKey(spec, AllTypes.SCHEMA);
        InternalRecordWrapper wrapper = new InternalRecordWrapper(AllTypes.SCHEMA.asStruct());
        List<String> partitions = new ArrayList<>();
        for (Record row : records) {
            key.partition(wrapper.wrap(row));
            partitions.add(path(spec, key));
        }
        return partitions;
    }

    private static String path(PartitionSpec spec, StructLike partition) {
        return spec.partitionToPath(partition);
    }

    @Test
    void eachPartitionGetsItsOwnSortedFiles() throws Exception {
        try (TestLake lake = new TestLake(folder);
                Connection connection = lake.duck.connect()) {
            Schema schema = AllTypes.SCHEMA.select("id", "text", "day");
            PartitionSpec spec =
                    PartitionSpec.builderFor(schema).bucket("id", 4).build();
            Table table = lake.table("bucketed", schema, spec, 3);
            table.replaceSortOrder().asc("text").commit();
            TestLake.execute(
                    connection,
                    "CREATE TABLE r AS SELECT i AS id, 't' || hash(i) AS text, DATE '2020-01-01' AS day FROM range(1000) t(i)");
            List<DataFile> files = lake.out(table).writePartitioned(connection, "r", null);
            assertThat(files).hasSize(4).allSatisfy(file -> {
                assertThat(file.sortOrderId()).isEqualTo(1);
                assertThat(TestLake.query(
                                connection,
                                "SELECT text FROM read_parquet(%s)"
                                        .formatted(Sql.literal(file.location().substring("file:".length())))))
                        .isSorted();
            });
            TestLake.append(table, files);
            Map<Object, Long> rows = TestLake.generics(table).stream()
                    .collect(Collectors.groupingBy(r -> r.getField("id"), TreeMap::new, Collectors.counting()));
            assertThat(rows).hasSize(1000).containsValue(1L);
            assertThat(table.sortOrder()).isNotEqualTo(SortOrder.unsorted());
        }
    }

    @Test
    void rowsBeyondTheTargetSizeGoToFurtherFilesInOrder() throws Exception {
        try (TestLake lake = new TestLake(folder);
                Connection connection = lake.duck.connect()) {
            Schema schema = AllTypes.SCHEMA.select("id");
            Table table = lake.table("long", schema, PartitionSpec.unpartitioned(), 2);
            FileSettings small = new FileSettings(10_000, "zstd", 1, 2048);
            List<DataFile> files = new ParquetOut(table, "op", small, folder)
                    .writePartitioned(
                            connection,
                            "(SELECT hash(i)::BIGINT AS id FROM (SELECT (i * 7919) % 20000 AS i FROM range(20000) t(i)) WHERE hash(i) < 9e18)",
                            "id");
            assertThat(files).hasSizeBetween(5, 10);
            TestLake.append(table, files);
            assertThat(TestLake.generics(table)).hasSize((int)
                    files.stream().mapToLong(DataFile::recordCount).sum());
            List<Long> lower = files.stream()
                    .map(file -> (Long) Conversions.fromByteBuffer(
                            LongType.get(),
                            Objects.requireNonNull(file.lowerBounds().get(1))))
                    .toList();
            assertThat(lower).isSorted();
        }
    }
}
