package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.FirnException;
import io.firn.compactor.commit.GroupOutcome;
import io.firn.compactor.plan.CompactionPlan;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.rewrite.Hooks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Others commit to the table while it is being compacted. */
class CompactionUnderFireTest {
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

    private record AtEachPhase(Consumer<String> action) implements Hooks {
        @Override
        public void planned(CompactionPlan plan) {
            action.accept("planned");
        }

        @Override
        public void rewritten(FileGroup group) {
            action.accept("rewritten");
        }

        @Override
        public void committing(int attempt) {
            action.accept("committing " + attempt);
        }
    }

    private CompactionResult compact(Table table, Consumer<String> action) {
        try (Compaction compaction = lake.compaction(TARGET)) {
            return compaction.run(table, new AtEachPhase(action));
        }
    }

    private Table overlapping(int formatVersion) {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), formatVersion);
        TestWriter writer = new TestWriter(lake, table);
        for (int i = 0; i < 4; i++) {
            writer.append(i, 500, 4);
        }
        return table;
    }

    /** Every snapshot that a compaction made has the rows of the one before, with their identity. */
    private static void assertNoCompactionChangedAnything(Table table, String as) {
        table.refresh();
        for (Snapshot snapshot : table.snapshots()) {
            if (snapshot.operation().equals("replace")) {
                assertThat(TestLake.rows(table, snapshot.snapshotId()))
                        .as(as)
                        .isEqualTo(TestLake.rows(table, Objects.requireNonNull(snapshot.parentId())));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void deletesThatLandDuringTheRewriteAreCarriedOver(int formatVersion) {
        Table table = overlapping(formatVersion);
        TestWriter writer = new TestWriter(lake, table);
        Random random = new Random(11);
        writer.deleteSome(random, 50);
        long[] late = {0};
        CompactionResult result = compact(table, phase -> {
            if (phase.equals("rewritten")) {
                late[0] = writer.deleteSome(random, 10);
            }
        });
        assertThat(result.carriedDeletes()).isEqualTo(late[0]);
        assertThat(result.retries()).isEqualTo(0);
        assertThat(TestLake.files(table))
                .singleElement()
                .satisfies(task -> assertThat(task.deletes())
                        .hasSize(1)
                        .allSatisfy(delete -> assertThat(delete.recordCount()).isEqualTo(late[0])));
        assertNoCompactionChangedAnything(table, "");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aDeleteThatLandsDuringTheCommitCostsOneMoreAttemptAndNoRewrite(int formatVersion) {
        Table table = overlapping(formatVersion);
        TestWriter writer = new TestWriter(lake, table);
        Random random = new Random(12);
        long[] late = {0};
        int[] rewrites = {0};
        CompactionResult result = compact(table, phase -> {
            rewrites[0] += phase.equals("rewritten") ? 1 : 0;
            if (Set.of("committing 1", "committing 2", "committing 3").contains(phase)) {
                late[0] += writer.deleteSome(random, 30);
            }
        });
        assertThat(result.retries()).isEqualTo(3);
        assertThat(rewrites[0]).isEqualTo(1);
        assertThat(result.carriedDeletes()).isEqualTo(late[0]);
        assertNoCompactionChangedAnything(table, "");
        assertThat(lake.orphans(table)).isEmpty();
    }

    @Test
    void anAppendDuringTheCommitCostsNothing() {
        Table table = overlapping(3);
        TestWriter writer = new TestWriter(lake, table);
        boolean[] appended = {false};
        CompactionResult result = compact(table, phase -> {
            if (phase.equals("committing 1") && !appended[0]) {
                appended[0] = true;
                writer.append(100_000, 20_000, 1);
            }
        });
        assertThat(result.retries()).isEqualTo(0);
        assertThat(result.commits()).hasSize(1);
        assertNoCompactionChangedAnything(table, "");
    }

    @Test
    void aGroupIsGivenUpWhenOneOfItsFilesIsRemoved() {
        Table table = overlapping(3);
        TestWriter writer = new TestWriter(lake, table);
        CompactionResult result = compact(table, phase -> {
            if (phase.equals("rewritten")) {
                writer.removeFile(new Random(3));
            }
        });
        assertThat(result.commits()).isEmpty();
        assertThat(result.abandoned())
                .singleElement()
                .extracting(GroupOutcome::detail)
                .isEqualTo("1 of its files were removed or replaced by another writer");
        assertThat(TestLake.rows(table)).hasSize(1500);
        assertThat(lake.orphans(table)).isEmpty();
    }

    @Test
    void aForeignRewriteThatComesFirstWins() {
        Table table = overlapping(3);
        TestWriter writer = new TestWriter(lake, table);
        CompactionResult result = compact(table, phase -> {
            if (phase.equals("committing 1")) {
                writer.rewriteElsewhere(new Random(3));
            }
        });
        assertThat(result.abandoned()).hasSize(1);
        assertNoCompactionChangedAnything(table, "");
        assertThat(TestLake.rows(table)).hasSize(2000);
    }

    @Test
    void aRollbackThatBringsDeletedRowsBackIsNoticed() {
        Table table = overlapping(3);
        TestWriter writer = new TestWriter(lake, table);
        long withAllRows = writer.table().currentSnapshot().snapshotId();
        writer.deleteSome(new Random(5), 10);
        CompactionResult result = compact(table, phase -> {
            if (phase.equals("rewritten")) {
                writer.table().refresh();
                writer.table().manageSnapshots().rollbackTo(withAllRows).commit();
            }
        });
        assertThat(result.abandoned())
                .singleElement()
                .extracting(GroupOutcome::detail)
                .isEqualTo("rows that were deleted are live again after a rollback");
        assertThat(TestLake.rows(table)).hasSize(2000);
    }

    @Test
    void withoutAKeyAnyOfSeveralEqualRowsIsAsGoodAsTheOther() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 2);
        table.updateSchema().setIdentifierFields(List.of()).commit();
        TestWriter writer = new TestWriter(lake, table);
        for (int i = 0; i < 4; i++) {
            writer.appendSelect("(SELECT i // 10 AS id, 'same' AS name, NULL::DECIMAL(12,2) AS price,"
                    + " ['a', NULL] AS tags, NULL::INTEGER AS category FROM range(500) t(i))");
        }
        Random random = new Random(13);
        long[] late = {0};
        CompactionResult result = compact(table, phase -> {
            if (phase.equals("rewritten") || phase.equals("committing 1")) {
                late[0] += writer.deleteSome(random, 5);
            }
        });
        assertThat(result.carriedDeletes()).isEqualTo(late[0]);
        assertNoCompactionChangedAnything(table, "");
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "2, 2", "2, 3", "3, 1", "3, 2", "3, 3", "3, 4", "3, 5"})
    void anyInterleavingKeepsTheContent(int formatVersion, int seed) {
        String as = "format version %d seed %d".formatted(formatVersion, seed);
        Random random = new Random(seed * 10L + formatVersion);
        PartitionSpec spec = random.nextBoolean()
                ? PartitionSpec.unpartitioned()
                : PartitionSpec.builderFor(TestLake.PRODUCT).bucket("id", 2).build();
        Table table = lake.table("product", spec, formatVersion);
        Others others = new Others(new TestWriter(lake, table), random);
        for (int i = 0; i < 5; i++) {
            others.append();
        }
        others.writer.deleteSome(random, 10);
        List<CompactionResult> results = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            results.add(compact(table, phase -> others.act()));
        }
        assertNoCompactionChangedAnything(table, as);
        assertThat(results)
                .as(as)
                .allSatisfy(result -> assertThat(result.failed()).isEmpty());
        assertThat(compact(table, phase -> {}).failed()).as(as).isEmpty();
        assertThat(compact(table, phase -> {}).groups()).as(as).isEmpty();
        assertNoCompactionChangedAnything(table, as);
    }

    /** Other writers, doing one thing or another. */
    private static final class Others {
        private final TestWriter writer;
        private final Random random;
        private int renamed;

        Others(TestWriter writer, Random random) {
            this.writer = writer;
            this.random = random;
        }

        void append() {
            writer.append(random.nextInt(3000), 1 + random.nextInt(800), 1 + random.nextInt(4));
        }

        void act() {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> writer.deleteSome(random, 2 + random.nextInt(60));
                case 4, 5 -> append();
                case 6 -> removeFile();
                case 7 -> writer.rewriteElsewhere(random);
                case 8 -> addColumn();
                default -> {}
            }
        }

        private void removeFile() {
            if (random.nextInt(3) == 0) {
                writer.removeFile(random);
            }
        }

        private void addColumn() {
            writer.table().refresh();
            writer.table()
                    .updateSchema()
                    .addColumn("added" + renamed++, Types.IntegerType.get())
                    .commit();
        }
    }

    @Test
    void aCommitWhoseAnswerWasLostIsFoundInTheTable() {
        Table table = overlapping(3);
        Table flaky = new BaseTable(new LostAnswer(lake.reload(table), true), table.name());
        CompactionResult result = compact(flaky, phase -> {});
        assertThat(result.commits()).hasSize(1);
        assertThat(TestLake.files(table)).hasSize(1);
        assertNoCompactionChangedAnything(table, "");
    }

    @Test
    void aCommitOfUnknownOutcomeDeletesNothing() {
        Table table = overlapping(3);
        Table flaky = new BaseTable(new LostAnswer(lake.reload(table), false), table.name());
        assertThatThrownBy(() -> compact(flaky, phase -> {}))
                .isInstanceOf(FirnException.class)
                .hasMessage("the catalog did not say whether the compaction of lake.test.product was committed;"
                        + " no file was deleted");
        assertThat(TestLake.files(table)).hasSize(4);
        assertThat(lake.orphans(table)).hasSize(1);
    }
}
