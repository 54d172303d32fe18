package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compactor.plan.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusteringTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "price", Types.DecimalType.of(12, 2)),
            Types.NestedField.optional(3, "brand", Types.StringType.get()));

    @TempDir
    Path folder;

    private static int files(Table table, Expression filter) {
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().filter(filter).planFiles()) {
            int files = 0;
            for (FileScanTask ignored : tasks) {
                files++;
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aReaderByEitherColumnOpensFewFiles() {
        try (TestLake lake = new TestLake(folder)) {
            Table table = lake.lake
                    .catalog()
                    .buildTable(lake.lake.identifier("product"), SCHEMA)
                    .withProperty("format-version", "3")
                    .withProperty("firn.cluster-by", "price,brand")
                    .create();
            TestWriter writer = new TestWriter(lake, table);
            for (int i = 0; i < 4; i++) {
                // most prices are low: a tenth of the range has most of the rows
                writer.appendSelect("""
                        (SELECT i AS id, CASE WHEN i %% 50 > 0 THEN (power(hash(i, 1) %% 1000, 3) / 1e6)::DECIMAL(12,2) END
                            AS price, printf('brand %%03d', hash(i, 2) %% 500) AS brand
                        FROM range(%d, %d) t(i))
                        """.formatted(i * 20_000, i * 20_000 + 20_000));
            }
            writer.deleteSome(new Random(2), 100);
            List<String> before = TestLake.rows(table);
            long bytes = TestLake.files(table).stream()
                    .mapToLong(task -> task.file().fileSizeInBytes())
                    .sum();
            Expression byPrice =
                    Expressions.and(Expressions.greaterThanOrEqual("price", 100), Expressions.lessThan("price", 130));
            Expression byBrand = Expressions.equal("brand", "brand 123");
            try (Compaction compaction = lake.compaction(bytes / 4)) {
                CompactionResult result = compaction.run(table);
                assertThat(result.committed()).singleElement().satisfies(group -> {
                    assertThat(group.group().reason()).isEqualTo(Reason.OVERLAP);
                    assertThat(group.group().depth()).isEqualTo(4);
                });
                int all = TestLake.files(table).size();
                assertThat(all).isBetween(8, 20);
                assertThat(files(table, byPrice)).isLessThanOrEqualTo(all / 2);
                assertThat(files(table, byBrand)).isLessThanOrEqualTo(all / 2);
                assertThat(files(table, Expressions.and(byPrice, byBrand))).isLessThanOrEqualTo(3);
                assertThat(compaction.plan(table).isEmpty()).isTrue();

                writer.appendSelect(
                        "(SELECT 100000 + i AS id, 5.00::DECIMAL(12,2) AS price, 'brand 007' AS brand FROM range(100) t(i))");
                assertThat(compaction.plan(table).isEmpty())
                        .as("a small file on top of a large run is not worth it")
                        .isTrue();
            }
            List<String> after = TestLake.rows(table);
            assertThat(after).hasSize(before.size() + 100);
            assertThat(new HashSet<>(after).containsAll(before)).isTrue();
        }
    }
}
