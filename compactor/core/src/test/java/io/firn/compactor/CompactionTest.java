package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compactor.commit.GroupOutcome;
import io.firn.compactor.journal.RunLog;
import io.firn.compactor.layout.ByteSizes;
import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.plan.CompactionPlan;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.plan.PlanRules;
import io.firn.compactor.plan.Reason;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactionTest {
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

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void overlappingFilesBecomeOneRunWithTheSameRows(int formatVersion) {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), formatVersion);
        TestWriter writer = new TestWriter(lake, table);
        for (int i = 0; i < 10; i++) {
            writer.append(i, 1000, 10);
        }
        writer.deleteSome(new Random(1), 10);
        List<String> before = TestLake.rows(table);
        try (Compaction compaction = lake.compaction(TARGET)) {
            CompactionResult result = compaction.run(table);
            assertThat(result.groups()).singleElement().satisfies(group -> {
                assertThat(group.status()).isEqualTo(GroupOutcome.Status.COMMITTED);
                assertThat(group.group().reason()).isEqualTo(Reason.OVERLAP);
                assertThat(group.group().depth()).isEqualTo(10);
            });
            assertThat(result.filesBefore()).isEqualTo(10);
            assertThat(result.filesAfter()).isEqualTo(1);
            assertThat(result.retries()).isEqualTo(0);
        }
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(TestLake.files(table)).singleElement().satisfies(task -> {
            assertThat(task.deletes()).isEmpty();
            assertThat(task.file().recordCount()).isEqualTo(before.size());
            assertThat(task.file().sortOrderId()).isEqualTo(table.sortOrder().orderId());
        });
        assertThat(table.currentSnapshot().operation()).isEqualTo("replace");
        assertThat(table.currentSnapshot().summary()).doesNotContainKey("firn.cut");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aSecondRunFindsNothing(int formatVersion) {
        PartitionSpec spec =
                PartitionSpec.builderFor(TestLake.PRODUCT).bucket("id", 3).build();
        Table table = lake.table("product", spec, formatVersion);
        TestWriter writer = new TestWriter(lake, table);
        Random random = new Random(7);
        for (int i = 0; i < 6; i++) {
            writer.append(random.nextInt(10_000), 1 + random.nextInt(3000), 1 + random.nextInt(5));
            writer.deleteSome(random, 20);
        }
        List<String> before = TestLake.rows(table);
        try (Compaction compaction = lake.compaction(20_000)) {
            assertThat(compaction.run(table).committed()).isNotEmpty();
            Snapshot compacted = table.currentSnapshot();
            CompactionResult second = compaction.run(table);
            assertThat(second.groups()).isEmpty();
            assertThat(compaction.plan(table).isEmpty()).isTrue();
            assertThat(table.currentSnapshot()).isEqualTo(compacted);
        }
        assertThat(TestLake.rows(table)).isEqualTo(before);
    }

    @Test
    void rowsKeepTheirIdentityThroughUpdateAndCompaction() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 100, 1);
        List<Long> updated = LongStream.range(0, 50).map(i -> 2 * i).boxed().toList();
        writer.delete(Map.of(TestLake.files(writer.table()).get(0), updated));
        writer.appendSelect("(SELECT 2 * i AS id, 'renamed' AS name, 1.00::DECIMAL(12,2) AS price,"
                + " ['a'] AS tags, 1 AS category, 2 * i AS _row_id,"
                + " NULL::BIGINT AS _last_updated_sequence_number FROM range(50) t(i))");
        try (Compaction compaction = lake.compaction(TARGET)) {
            compaction.run(table);
        }
        assertThat(TestLake.files(table)).hasSize(1);
        assertThat(TestLake.rows(table))
                .hasSize(100)
                .contains("42|renamed|1.00|[a]|1|42|3", "43|product 43|5.91|[t1, null]|1|43|1");
    }

    @Test
    void filesOfOlderSchemasAreReadAsTheTableIsNow() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 100, 3);
        table.updateSchema()
                .renameColumn("name", "title")
                .addColumn("stock", Types.LongType.get())
                .deleteColumn("price")
                .commit();
        writer.appendSelect(
                "(SELECT i * 3 + 1 AS id, 'title ' || i AS title, NULL::VARCHAR[] AS tags, 1 AS category, i AS stock"
                        + " FROM range(100) t(i))");
        List<String> before = TestLake.rows(table);
        try (Compaction compaction = lake.compaction(TARGET)) {
            assertThat(compaction.run(table).committed()).hasSize(1);
        }
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(TestLake.files(table)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void filesOfAnOlderPartitionSpecAreWrittenInTheCurrentOne(int formatVersion) {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), formatVersion);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 100, 2);
        writer.append(1, 100, 2);
        writer.deleteSome(new Random(3), 10);
        table.updateSpec().addField("category").commit();
        writer.append(500, 99, 2);
        List<String> before = TestLake.rows(table);
        try (Compaction compaction = lake.compaction(TARGET)) {
            assertThat(compaction.plan(table).groups().stream().map(FileGroup::reason))
                    .containsExactly(Reason.OLD_PARTITIONS);
            compaction.run(table);
            assertThat(compaction.plan(table).isEmpty()).isTrue();
        }
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(TestLake.files(table))
                .hasSize(3)
                .allSatisfy(task ->
                        assertThat(task.file().specId()).isEqualTo(table.spec().specId()));
    }

    @Test
    void filesWhoseRowsAreAllDeletedLeaveNothingBehind() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 100, 2);
        writer.deleteSome(new Random(1), 1);
        try (Compaction compaction = lake.compaction(TARGET)) {
            CompactionResult result = compaction.run(table);
            assertThat(result.filesBefore()).isEqualTo(1);
            assertThat(result.filesAfter()).isEqualTo(0);
        }
        assertThat(TestLake.files(table)).isEmpty();
    }

    @Test
    void aPlanSaysWhatItWouldDoAndWhy() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 500, 2);
        table.refresh();
        table.manageSnapshots()
                .createTag("day-2026-11-20", table.currentSnapshot().snapshotId())
                .commit();
        writer.append(1, 500, 2);
        try (Compaction compaction = lake.compaction(TARGET)) {
            CompactionPlan plan = compaction.plan(table);
            long tagged = plan.groups().get(0).files().stream()
                    .filter(LiveFile::pinned)
                    .mapToLong(LiveFile::bytes)
                    .sum();
            assertThat(plan.pinnedBytes()).isEqualTo(tagged);
            assertThat(plan.toString()).isEqualTo("""
                            lake.test.product: 1 groups, 2 files, %1$s, of which a tag keeps %2$s
                              overlap, 2 deep, 2 files to 1, %1$s, of which a tag keeps %2$s
                            """.formatted(ByteSizes.text(plan.bytes()), ByteSizes.text(tagged)));
        }
    }

    @Test
    void whatTheBudgetDoesNotAllowIsLeftForAnotherRun() {
        PartitionSpec spec =
                PartitionSpec.builderFor(TestLake.PRODUCT).identity("category").build();
        Table table = lake.table("product", spec, 3);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 500, 2);
        writer.append(1, 500, 2);
        long budget = TestLake.files(table).get(0).file().fileSizeInBytes() * 3;
        try (Compaction compaction =
                Compaction.open(PlanRules.forTarget(TARGET).withBudgetBytes(budget), lake.config)) {
            assertThat(compaction.plan(table).groups()).hasSize(1);
            assertThat(compaction.plan(table).deferred()).hasSize(2);
            assertThat(compaction.run(table).committed()).hasSize(1);
        }
    }

    @Test
    void filesWithEqualityDeletesAreLeftAloneAndReported() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 2);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 500, 2);
        writer.append(1, 500, 2);
        writer.deleteByKey(7);
        List<String> before = TestLake.rows(table);
        try (Compaction compaction = lake.compaction(TARGET)) {
            assertThat(compaction.plan(table).leftAlone()).singleElement().satisfies(left -> {
                assertThat(left.reason()).isEqualTo("equality deletes apply to the file");
                assertThat(left.files()).isEqualTo(2);
            });
            assertThat(compaction.run(table).groups()).isEmpty();
        }
        assertThat(TestLake.rows(table)).isEqualTo(before).hasSize(999);
    }

    @ParameterizedTest
    @ValueSource(strings = {"time", "fixed[4]", "timestamp_ns", "timestamptz_ns"})
    void aTableWithATypeThatDuckDbWritesInAnotherFormIsCompacted(String type) {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 500, 2);
        writer.append(1, 500, 2);
        table.updateSchema().addColumn("at", Types.fromPrimitiveString(type)).commit();
        List<String> before = TestLake.rows(table);
        try (Compaction compaction = lake.compaction(TARGET)) {
            assertThat(compaction.plan(table).leftAlone()).isEmpty();
            assertThat(compaction.run(table).committed()).hasSize(1);
        }
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(TestLake.files(table))
                .singleElement()
                .satisfies(task -> assertThat(task.file().sortOrderId())
                        .isEqualTo(table.sortOrder().orderId()));
    }

    @Test
    void aRunThatDidSomethingIsRecorded() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        TestWriter writer = new TestWriter(lake, table);
        for (int i = 0; i < 4; i++) {
            writer.append(i, 500, 4);
        }
        long bytes = TestLake.files(table).stream()
                .mapToLong(task -> task.file().fileSizeInBytes())
                .sum();
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        try (Compaction compaction = lake.compaction(TARGET)) {
            CompactionResult result = compaction.run(table);
            compaction.run(table);
            RunLog log = new RunLog(table);
            assertThat(log.runs()).singleElement().satisfies(run -> {
                assertThat(run.started()).isBetween(before, Instant.now());
                assertThat(run.reasons()).containsExactly("overlap");
                assertThat(run.filesBefore()).isEqualTo(4);
                assertThat(run.filesAfter()).isEqualTo(1);
                assertThat(run.bytesBefore()).isEqualTo(bytes);
                assertThat(run.bytesAfter()).isEqualTo(result.bytesAfter());
                assertThat(run.lookUpBytesSaved()).isBetween(0L, bytes);
                assertThat(run.problems()).isEmpty();
            });
            assertThat(log.bytesRewrittenSince(before)).isEqualTo(bytes);
            assertThat(log.bytesRewrittenSince(Instant.now().plusSeconds(1))).isEqualTo(0);
        }
    }

    @Test
    void severalTablesAreCompactedByTurns() {
        List<Table> tables = new ArrayList<>();
        for (String name : List.of("product", "price")) {
            Table table = lake.table(name, PartitionSpec.unpartitioned(), 3);
            TestWriter writer = new TestWriter(lake, table);
            writer.append(0, 500, 2);
            writer.append(1, 500, 2);
            tables.add(table);
        }
        List<String> results = new ArrayList<>();
        try (Compaction compaction = lake.compaction(TARGET)) {
            compaction.runAll(
                    tables,
                    Long.MAX_VALUE,
                    result -> results.add(
                            result.table() + " " + result.committed().size()));
        }
        assertThat(results).containsExactly("lake.test.product 1", "lake.test.price 1");
    }

    @Test
    void aTableWithoutSnapshotsHasNothingToDo() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
        try (Compaction compaction = lake.compaction(TARGET)) {
            assertThat(compaction.plan(table).isEmpty()).isTrue();
            assertThat(compaction.run(table).toString()).isEqualTo("lake.test.product: nothing to do");
        }
    }
}
