package io.firn.compactor.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.firn.catalog.FirnException;
import io.firn.catalog.config.Prices;
import io.firn.catalog.config.ReadTerm;
import io.firn.compactor.Compaction;
import io.firn.compactor.TestLake;
import io.firn.compactor.TestWriter;
import io.firn.compactor.plan.CompactionPlan;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.plan.PlanRules;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plan says it will bring is about what it brings. */
class EstimateTest {
    private static final Schema COLUMNS = new Schema(
            Types.NestedField.optional(1, "amount", Types.DecimalType.of(12, 2)),
            Types.NestedField.optional(2, "at", Types.TimestampType.withZone()),
            Types.NestedField.optional(3, "day", Types.DateType.get()),
            Types.NestedField.optional(4, "name", Types.StringType.get()));

    @TempDir
    private Path folder;

    private static long opened(Table table, Expression read) throws IOException {
        table.refresh();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().filter(read).planFiles()) {
            long bytes = 0;
            for (FileScanTask task : tasks) {
                bytes += task.file().fileSizeInBytes();
            }
            return bytes;
        }
    }

    @Test
    void whatReadersWillOpenIsToldBeforeIt() throws Exception {
        try (TestLake lake = new TestLake(folder)) {
            Table table = lake.table("product", PartitionSpec.unpartitioned(), 2);
            TestWriter writer = new TestWriter(lake, table);
            for (int i = 0; i < 4; i++) {
                writer.append(i, 10_000, 4);
            }
            table.refresh();
            long bytes = TestLake.files(table).stream()
                    .mapToLong(task -> task.file().fileSizeInBytes())
                    .sum();
            Expression oneId =
                    ReadPredicate.of(ReadTerm.parse("id=15000"), table.schema()).orElseThrow();
            Expression half = ReadPredicate.of(ReadTerm.parse("id=0..19999"), table.schema())
                    .orElseThrow();
            Expression price = ReadPredicate.of(ReadTerm.parse("price=1.00..2.00"), table.schema())
                    .orElseThrow();
            try (Compaction compaction = lake.compaction(bytes / 8)) {
                CompactionPlan plan = compaction.plan(table);
                assertThat(plan.groups()).hasSize(1);
                ReadBytes point =
                        compaction.readBytes(plan, table, List.of(oneId)).get(0);
                ReadBytes range =
                        compaction.readBytes(plan, table, List.of(half)).get(0);
                ReadBytes other =
                        compaction.readBytes(plan, table, List.of(price)).get(0);
                assertThat(List.of(point.before(), range.before(), other.before()))
                        .containsOnly(bytes);
                assertThat(other.after()).isCloseTo(bytes, within(8L));
                assertThat(compaction
                                .readBytes(plan, table, List.of(oneId, half))
                                .get(0))
                        .isEqualTo(point.plus(range));
                compaction.run(table);
                double all = opened(table, Expressions.alwaysTrue());
                assertThat(point.after() / (double) bytes).isCloseTo(opened(table, oneId) / all, within(0.15));
                assertThat(range.after() / (double) bytes).isCloseTo(opened(table, half) / all, within(0.15));
            }
        }
    }

    @Test
    void aReadIsWrittenAsAColumnAndItsValues() {
        assertThat(read("name=a=b")).isEqualTo(between("name", "a=b", "a=b"));
        assertThat(read("amount = 1.50 .. 20.00"))
                .isEqualTo(between("amount", new BigDecimal("1.50"), new BigDecimal("20.00")));
        assertThat(read("day=2026-11-20")).isEqualTo(between("day", 20_777, 20_777));
        assertThat(read("at=2026-11-20..2026-11-20T00:00:01Z"))
                .isEqualTo(between("at", 1_795_132_800_000_000L, 1_795_132_801_000_000L));
        assertThat(ReadPredicate.of(ReadTerm.parse("other=1"), COLUMNS)).isEmpty();
        assertThatThrownBy(() -> read("day=tomorrow"))
                .isInstanceOf(FirnException.class)
                .hasMessage("column day is date, which 'tomorrow' is not");
    }

    private static String read(String text) {
        return ReadPredicate.of(ReadTerm.parse(text), COLUMNS).orElseThrow().toString();
    }

    private static String between(String column, Object from, Object to) {
        return Expressions.and(Expressions.greaterThanOrEqual(column, from), Expressions.lessThanOrEqual(column, to))
                .toString();
    }

    @Test
    void aPlanIsPricedByTheCoresAtWorkAndByWhatTagsKeep() {
        try (TestLake lake = new TestLake(folder)) {
            Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
            TestWriter writer = new TestWriter(lake, table);
            writer.append(0, 500, 2);
            writer.append(1, 500, 2);
            table.refresh();
            table.manageSnapshots()
                    .createTag("day", table.currentSnapshot().snapshotId())
                    .commit();
            try (Compaction compaction = lake.compaction(1 << 20)) {
                FileGroup group = compaction.plan(table).groups().get(0);
                Estimate estimate = Estimate.of(group, PlanRules.forTarget(1 << 20), new Prices(0.023, 0.05), 24);
                double gigabytes = group.bytes() / (double) (1 << 30);
                assertThat(estimate.filesAfter()).isEqualTo(1);
                assertThat(estimate.dollars())
                        .isCloseTo(gigabytes * 1024 / 30 / 3600 * 0.05 + gigabytes * 24 * 0.023, within(1e-12));
            }
        }
    }
}
