package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows that Iceberg's own writer wrote, of every type that DuckDB writes and nested, are what its reader reads after a
 * rewrite; {@link RowByRowTest} has the types that DuckDB does not write.
 */
class AllTypesTest {
    static final Types.StructType INNER = Types.StructType.of(
            NestedField.optional(60, "when", Types.TimestampType.withZone()),
            NestedField.optional(61, "amounts", Types.ListType.ofOptional(62, Types.DecimalType.of(18, 4))));
    static final Schema SCHEMA = new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "flag", Types.BooleanType.get()),
            NestedField.optional(3, "small", Types.IntegerType.get()),
            NestedField.optional(4, "ratio", Types.FloatType.get()),
            NestedField.optional(5, "measure", Types.DoubleType.get()),
            NestedField.optional(6, "cents", Types.DecimalType.of(9, 2)),
            NestedField.optional(7, "exact", Types.DecimalType.of(18, 4)),
            NestedField.optional(8, "large", Types.DecimalType.of(38, 10)),
            NestedField.optional(9, "day", Types.DateType.get()),
            NestedField.optional(10, "local", Types.TimestampType.withoutZone()),
            NestedField.optional(11, "moment", Types.TimestampType.withZone()),
            NestedField.optional(12, "text", Types.StringType.get()),
            NestedField.optional(13, "token", Types.UUIDType.get()),
            NestedField.optional(14, "bytes", Types.BinaryType.get()),
            NestedField.optional(15, "texts", Types.ListType.ofOptional(50, Types.StringType.get())),
            NestedField.optional(
                    16, "counts", Types.MapType.ofOptional(51, 52, Types.StringType.get(), Types.LongType.get())),
            NestedField.optional(17, "inner", INNER),
            NestedField.optional(
                    18,
                    "deep",
                    Types.ListType.ofOptional(
                            53,
                            Types.MapType.ofOptional(
                                    54,
                                    55,
                                    Types.StringType.get(),
                                    Types.StructType.of(NestedField.optional(56, "x", Types.DoubleType.get()))))));

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("firn.seed", System.nanoTime());
    private final RandomRows random = new RandomRows(new Random(seed));

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void everyTypeIsKept(int formatVersion) {
        try (TestLake lake = new TestLake(folder);
                Compaction compaction = lake.compaction(1 << 20)) {
            Table table = lake.lake
                    .catalog()
                    .buildTable(lake.lake.identifier("types"), SCHEMA)
                    .withSortOrder(SortOrder.builderFor(SCHEMA).asc("id").build())
                    .withProperty("format-version", Integer.toString(formatVersion))
                    .create();
            IntStream.range(0, 4)
                    .forEach(first ->
                            random.append(table, LongStream.range(0, 300).map(i -> first + 4 * i)));
            List<String> before = RandomRows.texts(table);
            CompactionResult result = compaction.run(table);
            assertThat(result.failed()).as("seed %d", seed).isEmpty();
            assertThat(TestLake.files(table)).as("seed %d", seed).hasSize(1);
            assertThat(RandomRows.texts(table))
                    .as("seed %d", seed)
                    .hasSize(1200)
                    .isEqualTo(before);
        }
    }
}
