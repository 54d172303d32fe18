package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.FirnException;
import io.firn.compactor.journal.InFlight;
import io.firn.compactor.journal.Journal;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.rewrite.Hooks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compactions that end in the middle, and the next one after each. */
class JournalTest {
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

    /** Not an exception that anything would handle. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private enum At implements Hooks {
        WRITTEN {
            @Override
            public void written(String file) {
                throw new Crash();
            }
        },
        REWRITTEN {
            @Override
            public void rewritten(FileGroup group) {
                throw new Crash();
            }
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

    private void crash(Table table, Hooks at) {
        try (Compaction compaction = lake.compaction(TARGET)) {
            assertThatThrownBy(() -> compaction.run(table, at)).isInstanceOf(Crash.class);
        }
    }

    private CompactionResult compact(Table table, Hooks hooks) {
        try (Compaction compaction = lake.compaction(TARGET)) {
            return compaction.run(table, hooks);
        }
    }

    private static final class NoRewrite implements Hooks {
        @Override
        public void written(String file) {
            throw new AssertionError("a finished rewrite was done again");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aFinishedRewriteIsCommittedByTheNextRun(int formatVersion) {
        Table table = overlapping(formatVersion);
        TestWriter writer = new TestWriter(lake, table);
        Random random = new Random(4);
        writer.deleteSome(random, 30);
        crash(table, At.REWRITTEN);
        long late = writer.deleteSome(random, 20);
        List<String> before = TestLake.rows(table);
        CompactionResult result = compact(table, new NoRewrite());
        assertThat(result.commits()).hasSize(1);
        assertThat(result.carriedDeletes()).isEqualTo(late);
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(lake.orphans(table)).isEmpty();
        assertThat(new Journal(table).entries()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void anExpiredStartSnapshotLosesNoWork(int formatVersion) {
        Table table = overlapping(formatVersion);
        TestWriter writer = new TestWriter(lake, table);
        Random random = new Random(5);
        writer.deleteSome(random, 30);
        crash(table, At.REWRITTEN);
        long late = writer.deleteSome(random, 20);
        List<String> before = TestLake.rows(table);
        table.expireSnapshots()
                .expireOlderThan(Instant.now().plusSeconds(60).toEpochMilli())
                .retainLast(1)
                .commit();
        CompactionResult result = compact(table, new NoRewrite());
        assertThat(result.commits()).hasSize(1);
        assertThat(result.carriedDeletes()).isEqualTo(late);
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(new Journal(table).entries()).isEmpty();
    }

    @Test
    void aRollbackAfterExpiryIsNoticed() {
        Table table = overlapping(3);
        table.refresh();
        long withAllRows = table.currentSnapshot().snapshotId();
        TestWriter writer = new TestWriter(lake, table);
        Random random = new Random(6);
        writer.deleteSome(random, 30);
        crash(table, At.REWRITTEN);
        table.refresh();
        table.manageSnapshots().rollbackTo(withAllRows).commit();
        writer.deleteSome(random, 50);
        List<String> before = TestLake.rows(table);
        table.expireSnapshots()
                .expireOlderThan(Instant.now().plusSeconds(60).toEpochMilli())
                .retainLast(1)
                .commit();
        CompactionResult result = compact(table, Hooks.NONE);
        assertThat(result.abandoned()).hasSize(1);
        assertThat(result.committed()).hasSize(1);
        assertThat(TestLake.rows(table)).isEqualTo(before);
    }

    @Test
    void filesOfAnInterruptedRewriteAreKnownAndCollected() {
        Table table = overlapping(3);
        crash(table, At.WRITTEN);
        List<String> orphans = lake.orphans(table);
        assertThat(orphans)
                .hasSize(1)
                .allSatisfy(file -> assertThat(InFlight.of(table).has(file)).isTrue());
        assertThat(TestLake.files(table))
                .allSatisfy(
                        task -> assertThat(InFlight.of(table).has(task.file().location()))
                                .isFalse());
        compact(table, Hooks.NONE);
        assertThat(lake.orphans(table)).isEmpty();
        assertThat(new Journal(table).entries()).isEmpty();
    }

    @Test
    void aFinishedRewriteWhoseFilesWereReplacedMeanwhileIsDeleted() {
        Table table = overlapping(3);
        crash(table, At.REWRITTEN);
        new TestWriter(lake, table).removeFile(new Random(3));
        List<String> before = TestLake.rows(table);
        CompactionResult result = compact(table, Hooks.NONE);
        assertThat(result.committed()).hasSize(1);
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(lake.orphans(table)).isEmpty();
        assertThat(new Journal(table).entries()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCommitOfUnknownOutcomeIsSettledByTheNextRun(boolean applied) {
        Table table = overlapping(3);
        List<String> before = TestLake.rows(table);
        LostAnswer.Forever flaky = new LostAnswer.Forever(lake.reload(table), applied);
        assertThatThrownBy(() -> compact(new BaseTable(flaky, table.name()), Hooks.NONE))
                .isInstanceOf(FirnException.class)
                .hasMessageStartingWith("the catalog did not say whether");
        assertThat(new Journal(table).entries()).hasSize(1);
        CompactionResult result = compact(table, new NoRewrite());
        assertThat(result.commits()).hasSize(applied ? 0 : 1);
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(TestLake.files(table)).hasSize(1);
        assertThat(lake.orphans(table)).isEmpty();
        assertThat(new Journal(table).entries()).isEmpty();
    }

    @Test
    void aCompactorThatIsKilledLosesNoFinishedRewrite() throws IOException, InterruptedException {
        Table table = overlapping(3);
        List<String> before = TestLake.rows(table);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CompactAndWait.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(Stream.generate(() -> line(lines))
                            .filter(line -> line.equals("rewritten") || line.equals("end"))
                            .findFirst())
                    .contains("rewritten");
            assertThat(compact(table, At.WRITTEN).commits())
                    .as("a rewrite of a living process is its own")
                    .isEmpty();
        } catch (Crash e) {
            // the second compactor was stopped while it wrote files of its own
        } finally {
            process.destroyForcibly().waitFor();
        }
        CompactionResult result = compact(table, new NoRewrite());
        assertThat(result.commits()).hasSize(1);
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(lake.orphans(table)).isEmpty();
    }

    private static String line(BufferedReader lines) {
        try {
            String line = lines.readLine();
            return line == null ? "end" : line;
        } catch (IOException e) {
            return "end";
        }
    }

    /** A process of its own that rewrites a group and never commits it. */
    static final class CompactAndWait {
        private CompactAndWait() {}

        public static void main(String[] arguments) {
            TestLake lake = new TestLake(Path.of(arguments[0]));
            Compaction compaction = lake.compaction(TARGET);
            compaction.run(lake.lake.table("product"), new Hooks() {
                @Override
                public void rewritten(FileGroup group) {
                    System.out.println("rewritten");
                    try {
                        Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            });
        }
    }
}
