package io.firn.engine.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.Lake;
import io.firn.catalog.RowChanges;
import io.firn.catalog.SeedBranch;
import io.firn.catalog.WriterPause;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.ingest.FakePostgres;
import io.firn.engine.ingest.FakePostgres.Row;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.SmallLake;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A table in use gets rows that were read anew, while its writer goes on. */
class ReplacementTest {
    private static final String SOURCE = "public.item";
    private static final Row ONLY_READ_ANEW = new Row(1000, "the lake had lost it", 5);

    @TempDir
    private Path folder;

    private final MemorySource source = new MemorySource();
    private final FakePostgres postgres = new FakePostgres(source, SmallLake.PREFIX);
    private SmallLake small;
    private Lake lake;
    private DuckDatabase writers;
    private DuckDatabase seeds;

    @BeforeEach
    void open() throws IOException {
        small = new SmallLake(folder, 3, 1);
        lake = Lake.open(small.config.lake());
        writers = DuckDatabase.open(small.config.workbench());
        seeds = DuckDatabase.open(small.config.workbench());
        for (int i = 0; i < 20; i++) {
            postgres.begin().put(SOURCE, i, "first", i).commit();
        }
        ingest();
    }

    @AfterEach
    void close() {
        seeds.close();
        writers.close();
        lake.close();
    }

    private void ingest() {
        try (Ingest ingest =
                new Ingest(small.setup(lake, writers, source, name -> new MemoryKeyStore(), IngestListener.NONE))) {
            ingest.runUntilCaughtUp();
        }
    }

    private Table item() {
        return lake.table("item");
    }

    private TreeMap<Long, Row> rowsOfTheSource() {
        return postgres.rowsAt(SOURCE, postgres.lastCommit());
    }

    /** Replaces the table's rows by those of the source as of now and one more. */
    private Reading read() throws SQLException {
        return new Reading(CutProperties.applied(item()), rowsOfTheSource());
    }

    /** Rows on a branch, as of a moment. */
    private final class Reading implements AutoCloseable {
        private final Cut moment;
        private final Workbench workbench = new Workbench(seeds, small.config.workbench());
        private final DuckDBConnection connection = seeds.connect();
        private final TableSeed seed;

        Reading(Cut moment, TreeMap<Long, Row> rows) throws SQLException {
            this.moment = moment;
            rows.put(ONLY_READ_ANEW.id(), ONLY_READ_ANEW);
            new SeedBranch(item()).begin(new SeedPlan("job", "shape", List.of()).json());
            seed = new TableSeed(
                    lake,
                    "item",
                    small.config.table("item"),
                    SmallLake.declaration(SOURCE).orElseThrow());
            String values = rows.values().stream()
                    .map(row -> "(%d::BIGINT, '%s', (%d / 100)::DECIMAL(10, 2))"
                            .formatted(row.id(), row.name(), row.cents()))
                    .collect(Collectors.joining(", "));
            String relation = "(SELECT * FROM (VALUES %s) v(id, name, amount))".formatted(values);
            Table table = seed.table();
            seed.branch()
                    .finish(
                            0,
                            new ParquetOut(table, "seed-job", FileSettings.of(table), folder)
                                    .writePartitioned(connection, relation, null),
                            0);
            seed.branch().complete(RowChanges.NONE, moment);
        }

        boolean replaces() {
            return new Replacement(workbench, connection, seed, folder, Clock.systemUTC(), SeedListener.NONE)
                    .run(moment);
        }

        @Override
        public void close() throws SQLException {
            connection.close();
            workbench.close();
        }
    }

    private void assertReplaced() throws IOException {
        TreeMap<Long, Row> expected = rowsOfTheSource();
        expected.put(ONLY_READ_ANEW.id(), ONLY_READ_ANEW);
        assertThat(SmallLake.rows(item(), null)).isEqualTo(expected);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void whatTheWriterCommitsMeanwhileIsOnTop() throws Exception {
        try (Reading reading = read()) {
            for (int i = 0; i < 200; i++) {
                postgres.begin()
                        .put(SOURCE, i % 30, "later " + i, i)
                        .delete(SOURCE, (i * 7L) % 30)
                        .commit();
            }
            CompletableFuture<Void> writer = CompletableFuture.runAsync(this::ingest);
            assertThat(reading.replaces()).isTrue();
            writer.join();
        }
        assertReplaced();
        for (int i = 0; i < 30; i++) {
            postgres.begin().put(SOURCE, i, "after all", i).commit();
        }
        ingest();
        assertReplaced();
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void aWriterThatCommitsFasterThanThatIsAskedToWait() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        try (Reading reading = read()) {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                Table own = item();
                while (!isOver.get()) {
                    own.refresh();
                    if (WriterPause.remaining(own, Clock.systemUTC().instant()).isZero()) {
                        commitNothing(own);
                    }
                }
            });
            assertThat(reading.replaces()).isTrue();
            isOver.set(true);
            writer.join();
        }
        assertReplaced();
        assertThat(WriterPause.remaining(item(), Clock.systemUTC().instant())).isZero();
    }

    private static void commitNothing(Table table) {
        try {
            table.newFastAppend().commit();
        } catch (CommitFailedException e) {
            table.refresh();
        }
    }

    @Test
    void aTruncatedTableHasToBeReadAgain() throws Exception {
        try (Reading reading = read()) {
            postgres.begin().truncate(SOURCE).put(SOURCE, 3, "the only one", 3).commit();
            ingest();
            assertThat(reading.replaces()).isFalse();
        }
        assertThat(SmallLake.rows(item(), null)).isEqualTo(rowsOfTheSource());
    }
}
