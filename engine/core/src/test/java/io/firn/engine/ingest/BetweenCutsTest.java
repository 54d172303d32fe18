package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.catalog.Cut;
import io.firn.catalog.Lake;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import io.firn.compactor.plan.PlanRules;
import io.firn.compactor.rewrite.Hooks;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.index.RocksKeyStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Others' commits to a table of the writer are made while no cut is under way, and followed at once. */
class BetweenCutsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String OFTEN = "interval: 20ms";

    @TempDir
    private Path folder;

    private static void awaitThat(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Holds a cut where it has been logged and not been applied. */
    private static final class Held implements IngestListener {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public void applying(String table, Cut cut) {
            reached.countDown();
            awaitThat(goOn);
        }
    }

    @Test
    void aCommitWaitsForTheCutThatIsUnderWay() throws Exception {
        Held held = new Held();
        try (SymptomsLake lake = SymptomsLake.in(folder, "interval: 1h", OFTEN);
                Ingest ingest = lake.writer(lake.source, held)) {
            lake.postgres.begin().put("public.item", 1, "one", 1).commit();
            CompletableFuture<Void> running = CompletableFuture.runAsync(ingest::run);
            awaitThat(held.reached);
            AtomicReference<@Nullable Long> before = new AtomicReference<>();
            AtomicReference<@Nullable String> thread = new AtomicReference<>();
            CompletableFuture<Void> commit =
                    CompletableFuture.runAsync(() -> ingest.commitBetweenCuts("item", List.of(), () -> {
                        Table item = lake.lake.table("item");
                        before.set(
                                item.currentSnapshot() == null
                                        ? null
                                        : (Long) item.currentSnapshot().snapshotId());
                        thread.set(Thread.currentThread().getName());
                        item.newFastAppend().commit();
                    }));
            assertThat(commit).isNotDone();
            held.goOn.countDown();
            commit.join();
            assertThat(before.get()).as("the cut's snapshot").isNotNull();
            assertThat(thread.get()).isEqualTo("firn-cut-committer");
            ingest.stop();
            running.join();
            assertThat(lake.rows("item")).isEqualTo(lake.postgres.tables.get("public.item"));
        }
    }

    @Test
    void whereNobodyWritesItIsMadeAtOnce() throws Exception {
        try (SymptomsLake lake = SymptomsLake.in(folder, "interval: 1h", OFTEN);
                Ingest ingest = lake.writer(lake.source, IngestListener.NONE)) {
            AtomicBoolean made = new AtomicBoolean();
            ingest.commitBetweenCuts("item", List.of(), () -> made.set(true));
            assertThat(made).isTrue();
            CompletableFuture<Void> running = CompletableFuture.runAsync(ingest::run);
            ingest.commitBetweenCuts("no table of this lake", List.of(), () -> made.set(false));
            assertThat(made).isFalse();
            assertThatThrownBy(() -> ingest.commitBetweenCuts("item", List.of(), () -> {
                        throw new IllegalStateException("what the commit says");
                    }))
                    .hasMessage("what the commit says");
            ingest.stop();
            running.join();
            ingest.commitBetweenCuts("item", List.of(), () -> made.set(true));
            assertThat(made).isTrue();
        }
    }

    @Test
    void aWriterThatEndsKeepsNobodyWaiting() throws Exception {
        Held held = new Held();
        try (SymptomsLake lake = SymptomsLake.in(folder, "interval: 1h", OFTEN);
                Ingest ingest = lake.writer(lake.source, held)) {
            lake.postgres.begin().put("public.item", 1, "one", 1).commit();
            CompletableFuture<Void> running = CompletableFuture.runAsync(ingest::run);
            awaitThat(held.reached);
            AtomicBoolean made = new AtomicBoolean();
            CompletableFuture<Void> commit =
                    CompletableFuture.runAsync(() -> ingest.commitBetweenCuts("item", List.of(), () -> made.set(true)));
            ingest.stop();
            held.goOn.countDown();
            running.join();
            commit.join();
            assertThat(made).isTrue();
        }
    }

    private static Ingest writer(SymptomsLake lake, Path index) {
        return new Ingest(lake.small.setup(
                lake.lake,
                lake.database,
                lake.source,
                name -> name.contains("stock") ? RocksKeyStore.open(index) : new MemoryKeyStore(),
                IngestListener.NONE));
    }

    private static List<CompactionResult> compactUntil(AtomicBoolean done, SymptomsLake lake, Ingest ingest) {
        Hooks between = new Hooks() {
            @Override
            public void commit(Table table, Collection<DataFile> added, Runnable commit) {
                ingest.commitBetweenCuts("stock", added, commit);
            }
        };
        PlanRules eager = new PlanRules(64L << 20, 0.5, 0.001, 1, 1000, Long.MAX_VALUE, Long.MAX_VALUE);
        List<CompactionResult> results = new ArrayList<>();
        try (Lake own = lake.small.open();
                Compaction compaction = Compaction.open(eager, lake.small.config.workbench())) {
            while (!done.get()) {
                results.add(compaction.run(own.table("stock"), between));
            }
        }
        return results;
    }

    /** Large enough for the keys of rewritten files to be read ahead. */
    @Test
    void allRowsAreRewrittenAgainAndAgainUnderAWriterThatNeverPauses() throws IOException {
        Random random = new Random(20261130);
        try (SymptomsLake lake = SymptomsLake.in(folder, "interval: 1h", OFTEN)) {
            FakePostgres.Transaction all = lake.postgres.begin();
            for (int id = 0; id < 210_000; id++) {
                all.put("public.stock", id, "row " + id, id);
            }
            all.commit();
            Path index = folder.resolve("index-of-stock");
            try (Ingest ingest = writer(lake, index)) {
                ingest.runUntilCaughtUp();
                CompletableFuture<Void> running = CompletableFuture.runAsync(ingest::run);
                AtomicBoolean done = new AtomicBoolean();
                CompletableFuture<List<CompactionResult>> compactions =
                        CompletableFuture.supplyAsync(() -> compactUntil(done, lake, ingest));
                Runnable transaction = () -> {
                    FakePostgres.Transaction some = lake.postgres.begin();
                    for (int i = 0; i < 50; i++) {
                        long id = random.nextInt(220_000);
                        if (random.nextInt(4) == 0) {
                            some.delete("public.stock", id);
                        } else {
                            some.put("public.stock", id, "new " + random.nextInt(), random.nextInt(90_000));
                        }
                    }
                    some.commit();
                };
                long cuts = ingest.last().number() + 6;
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(30)).until(() -> {
                    transaction.run();
                    return ingest.last().number() >= cuts;
                });
                done.set(true);
                List<CompactionResult> results = compactions.join();
                assertThat(results.stream()
                                .mapToLong(result -> result.groups().size())
                                .sum())
                        .isPositive();
                assertThat(results).allSatisfy(result -> {
                    assertThat(result.failed()).isEmpty();
                    assertThat(result.retries()).as("commits that met another").isZero();
                });
                ingest.stop();
                running.join();
            }
            try (Ingest rest = writer(lake, index)) {
                rest.runUntilCaughtUp();
            }
            assertThat(lake.rows("stock")).isEqualTo(lake.postgres.tables.get("public.stock"));
            assertThat(lake.summed("stock", "added-equality-deletes")).isZero();
        }
    }
}
