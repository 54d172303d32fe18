package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.SortOrderComparators;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg's own comparator says whether the rows of a rewritten file are in the table's order. */
class SortOrderTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()),
            Types.NestedField.optional(3, "price", Types.DecimalType.of(12, 2)),
            Types.NestedField.optional(4, "at", Types.TimestampType.withZone()),
            Types.NestedField.optional(5, "ratio", Types.DoubleType.get()));
    private static final String ROWS = """
            (SELECT i AS id, CASE WHEN i %% 7 > 0 THEN chr((65 + hash(i) %% 60)::INT) || 'ä' || hash(i) END AS name,
                CASE WHEN i %% 5 > 0 THEN (hash(i, 1)::INT128 %% 20000 / 100 - 100)::DECIMAL(12,2) END AS price,
                make_timestamptz((1795000000000000 - hash(i, 2) %% 31536000000000)::BIGINT) AS at,
                CASE WHEN i %% 3 > 0 THEN (hash(i, 3) %% 2000 / 1000.0 - 1) END AS ratio
            FROM range(%d, 600, 2) t(i))
            """;

    @TempDir
    private Path folder;

    private static final List<UnaryOperator<SortOrder.Builder>> ORDERS = List.of(
            order -> order.desc("name", NullOrder.NULLS_LAST),
            order -> order.asc("price", NullOrder.NULLS_FIRST).desc("at"),
            order -> order.asc(Expressions.bucket("id", 8)).asc("ratio"),
            order -> order.desc(Expressions.truncate("name", 2)).asc("id"),
            order -> order.asc(Expressions.day("at")).asc(Expressions.truncate("price", 500)));

    @Test
    void rowsAreInAnyOrderThatATableHas() throws IOException {
        try (TestLake lake = new TestLake(folder);
                Compaction compaction = lake.compaction(1 << 20)) {
            for (int i = 0; i < ORDERS.size(); i++) {
                SortOrder order =
                        ORDERS.get(i).apply(SortOrder.builderFor(SCHEMA)).build();
                Table table = lake.lake
                        .catalog()
                        .buildTable(lake.lake.identifier("product" + i), SCHEMA)
                        .withSortOrder(order)
                        .withProperty("format-version", "2")
                        .create();
                TestWriter writer = new TestWriter(lake, table);
                writer.appendSelect(ROWS.formatted(0));
                writer.appendSelect(ROWS.formatted(1));
                CompactionResult result = compaction.run(table);
                assertThat(result.failed()).isEmpty();
                assertThat(TestLake.files(table)).as(order.toString()).hasSize(1);
                assertInOrder(table, order);
                assertThat(compaction.plan(table).isEmpty())
                        .as(order.toString())
                        .isTrue();
            }
        }
    }

    private static void assertInOrder(Table table, SortOrder order) throws IOException {
        InternalRecordWrapper wrapper = new InternalRecordWrapper(SCHEMA.asStruct());
        List<StructLike> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            records.forEach(row -> rows.add(wrapper.copyFor(row)));
        }
        assertThat(rows).hasSize(600);
        Comparator<StructLike> comparator = SortOrderComparators.forSchema(SCHEMA, order);
        for (int i = 1; i < rows.size(); i++) {
            assertThat(comparator.compare(rows.get(i - 1), rows.get(i)))
                    .as("%s, row %d", order, i)
                    .isLessThanOrEqualTo(0);
        }
    }
}
