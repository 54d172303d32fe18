package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields inside columns come and go; what Iceberg's own reader makes of the files is the same after a compaction. */
class EvolvedColumnsTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(
                    2,
                    "size",
                    Types.StructType.of(
                            Types.NestedField.optional(3, "width", Types.IntegerType.get()),
                            Types.NestedField.optional(4, "unit", Types.StringType.get()))),
            Types.NestedField.optional(
                    5,
                    "parts",
                    Types.ListType.ofOptional(
                            6, Types.StructType.of(Types.NestedField.optional(7, "weight", Types.IntegerType.get())))),
            Types.NestedField.optional(
                    8,
                    "names",
                    Types.MapType.ofOptional(
                            9,
                            10,
                            Types.StringType.get(),
                            Types.StructType.of(Types.NestedField.optional(11, "text", Types.StringType.get())))));

    @TempDir
    private Path folder;

    private TestLake lake;

    @BeforeEach
    void open() {
        lake = new TestLake(folder);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private static void evolve(Table table, int formatVersion) {
        table.updateSchema()
                .renameColumn("size.width", "breadth")
                .deleteColumn("size.unit")
                .addColumn("parts", "colour", Types.StringType.get())
                .updateColumn("parts.element.weight", Types.LongType.get())
                .addColumn("names", "language", Types.StringType.get())
                .commit();
        table.updateSchema().addColumn("size", "unit", Types.IntegerType.get()).commit();
        if (formatVersion >= 3) {
            table.updateSchema()
                    .addColumn("size", "height", Types.IntegerType.get(), null, Literal.of(7))
                    .commit();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void fieldsInsideColumnsAreWrittenAsTheTableHasThemNow(int formatVersion) {
        Table table = lake.lake
                .catalog()
                .buildTable(lake.lake.identifier("product"), SCHEMA)
                .withSortOrder(SortOrder.builderFor(SCHEMA).asc("id").build())
                .withProperty("format-version", Integer.toString(formatVersion))
                .create();
        TestWriter writer = new TestWriter(lake, table);
        writer.appendSelect("""
                (SELECT 2 * i AS id,
                    CASE WHEN i % 5 > 0 THEN {width: i::INTEGER, unit: 'mm'} END AS size,
                    CASE WHEN i % 7 > 0 THEN [{weight: i::INTEGER}, NULL] END AS parts,
                    CASE WHEN i % 3 > 0 THEN MAP {'en': {text: 'name ' || i}} END AS names
                FROM range(200) t(i))
                """);
        evolve(table, formatVersion);
        String height = formatVersion >= 3 ? ", height: 9::INTEGER" : "";
        writer.appendSelect("""
                (SELECT 2 * i + 1 AS id,
                    CASE WHEN i %% 5 > 0 THEN {breadth: i::INTEGER, unit: 25::INTEGER%s} END AS size,
                    CASE WHEN i %% 7 > 0 THEN [{weight: 10000000000 + i, colour: 'red'}] END AS parts,
                    CASE WHEN i %% 3 > 0 THEN MAP {'de': {text: 'Name ' || i, language: NULL::VARCHAR}} END AS names
                FROM range(200) t(i))
                """.formatted(height));
        writer.deleteSome(new Random(3), 10);
        List<String> before = TestLake.rows(table);
        try (Compaction compaction = lake.compaction(1 << 20)) {
            assertThat(compaction.plan(table).leftAlone()).isEmpty();
            CompactionResult result = compaction.run(table);
            assertThat(result.failed()).isEmpty();
            assertThat(result.filesBefore()).isEqualTo(2);
            assertThat(result.filesAfter()).isEqualTo(1);
        }
        assertThat(TestLake.rows(table)).isEqualTo(before);
    }
}
