package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.catalog.Cut;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.engine.index.RocksKeyStore;
import io.firn.engine.quarantine.Action;
import io.firn.engine.quarantine.QuarantineLog.Entry;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.quarantine.Selection;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quarantined records are replayed while the writer runs. */
class ReplayBesideWriterTest {
    private static final Selection EVERYTHING = Selection.open(List.of());
    private static final Duration LOOK = Duration.ofMillis(50);

    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private final FakePostgres postgres = new FakePostgres(source, SmallLake.PREFIX);
    private final List<Long> cuts = new CopyOnWriteArrayList<>();
    private SmallLake small;
    private Lake lake;
    private DuckDatabase database;
    private DuckDatabase askers;

    @BeforeEach
    void open() throws IOException {
        small = new SmallLake(folder, 3, 1);
        lake = small.open();
        database = DuckDatabase.open(small.config.workbench());
        askers = DuckDatabase.open(small.config.workbench());
    }

    @AfterEach
    void close() {
        askers.close();
        database.close();
        lake.close();
    }

    private IngestSetup setup(SmallLake configured, MemorySource from) {
        return configured.setup(
                lake,
                database,
                from,
                name -> RocksKeyStore.open(folder.resolve("keys").resolve(name)),
                listener());
    }

    private IngestListener listener() {
        return new IngestListener() {
            @Override
            public void finished(Cut cut, long changes) {
                cuts.add(cut.number());
            }
        };
    }

    private void ingest() {
        try (Ingest ingest = new Ingest(setup(small, source))) {
            ingest.runUntilCaughtUp();
        }
    }

    private List<Entry> replayed(ReplayRequests requests, List<QuarantinedRecord> asked) {
        return await().atMost(Duration.ofSeconds(60))
                .until(() -> requests.tried(asked), tried -> tried.size() == asked.size());
    }

    /** Runs a writer while something is done. */
    private void beside(ThrowingConsumer<ReplayRequests> doing) throws Exception {
        try (ReplayRequests served = new ReplayRequests(small.config, lake, database, Clock.systemUTC());
                ReplayRequests asking = new ReplayRequests(small.config, lake, askers, Clock.systemUTC())) {
            StandingIngest ingest = new StandingIngest(() -> new OpenSetup(setup(small, source)), served, LOOK);
            CompletableFuture<Void> running = CompletableFuture.runAsync(() -> ingest.run(() -> {}, ended -> {}));
            try {
                doing.accept(asking);
            } finally {
                ingest.stop();
                running.join();
            }
        }
    }

    private interface ThrowingConsumer<T> {
        void accept(T value) throws Exception;
    }

    private void holdsWhatTheSourceHolds() throws IOException {
        for (String table : List.of("item", "stock")) {
            assertThat(SmallLake.rows(lake.table(table), null)).isEqualTo(postgres.tables.get("public." + table));
        }
    }

    /** A stopped table's records all wait in quarantine; nothing is wrong with them. */
    private void stopItem() throws IOException {
        Path file = folder.resolve("firn.yaml");
        String before = Files.readString(file);
        Files.writeString(file, before.replace("item: { ", "item: { quarantine-threshold: 1, "));
        small = new SmallLake(folder, file);
        postgres.begin().junk("public.item").junk("public.item").commit();
        ingest();
        postgres.begin()
                .put("public.item", 1, "one", 1)
                .put("public.stock", 1, "one", 1)
                .commit();
        ingest();
        assertThat(SmallLake.rows(lake.table("item"), null)).isEmpty();
    }

    @Test
    void theRunningWriterReplaysWhatItIsAskedToAndGoesOn() throws Exception {
        stopItem();
        beside(requests -> {
            List<QuarantinedRecord> asked = requests.ask(EVERYTHING, "auditor", "the cause is gone");
            assertThat(asked).hasSize(3);
            List<Entry> tried = replayed(requests, asked);
            assertThat(tried).extracting(Entry::action).containsExactly(Action.FAILED, Action.FAILED, Action.REPLAYED);
            assertThat(tried.get(2).detail()).isEqualTo("cut 3: the cause is gone");
            postgres.begin().put("public.stock", 2, "two", 2).commit();
            await().atMost(Duration.ofSeconds(60)).until(() -> cuts.contains(4L));
        });
        holdsWhatTheSourceHolds();
    }

    @Test
    void aRequestOutlivesTheWritersThatDidNotServeIt() throws Exception {
        stopItem();
        List<QuarantinedRecord> asked;
        try (ReplayRequests requests =
                new ReplayRequests(small.config, lake, askers, Clock.offset(Clock.systemUTC(), Duration.ofHours(1)))) {
            asked = requests.ask(EVERYTHING, "one whose clock is ahead", "");
            assertThat(requests.areOpen()).isTrue();
        }
        beside(requests -> assertThat(replayed(requests, asked)).hasSize(3));
        holdsWhatTheSourceHolds();
        try (ReplayRequests requests = new ReplayRequests(small.config, lake, askers, Clock.systemUTC())) {
            assertThat(requests.areOpen()).isFalse();
        }
    }

    @Test
    void aReplayBesideAWriterOfTheSameMachineIsRefusedBeforeItTouchesAnything() throws Exception {
        stopItem();
        try (Ingest running = new Ingest(setup(small, source))) {
            assertThatThrownBy(() -> new QuarantineReplay(setup(small, source), "auditor"))
                    .isInstanceOfSatisfying(
                            FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED))
                    .hasMessage(
                            "the key index in %s is in use: another writer runs with the same workbench.index-directory",
                            folder.resolve("keys/item"));
            postgres.begin().put("public.stock", 2, "two", 2).commit();
            running.runUntilCaughtUp();
            assertThat(running.last().number()).isEqualTo(3);
        }
    }

    @Test
    void whatCannotBeServedStopsNobody() throws Exception {
        stopItem();
        try (ReplayRequests served = new ReplayRequests(small.config, lake, database, Clock.systemUTC())) {
            List<QuarantinedRecord> asked = served.ask(EVERYTHING, "auditor", "");
            served.serve(() -> new OpenSetup(small.setup(
                    lake,
                    database,
                    source,
                    name -> {
                        throw new FirnException(ErrorCode.STORAGE_FAILED, "no room");
                    },
                    IngestListener.NONE)));
            assertThat(served.tried(asked)).extracting(Entry::detail).containsOnly("no room");
            assertThat(served.areOpen()).isFalse();
        }
    }
}
