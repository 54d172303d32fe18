package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.SourcePosition;
import io.firn.engine.index.KeyStore;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.source.MemorySource;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers that meet each other, or strangers, and what a restart finds after them. */
class FencingTest {
    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private final FakePostgres postgres = new FakePostgres(source, SmallLake.PREFIX);
    private SmallLake small;
    private Lake lake;
    private DuckDatabase database;

    @BeforeEach
    void open() throws IOException {
        small = new SmallLake(folder, 3);
        lake = small.open();
        database = DuckDatabase.open(small.config.workbench());
    }

    @AfterEach
    void close() {
        database.close();
        lake.close();
    }

    private Ingest writer(MemorySource from, IngestListener listener) {
        return new Ingest(small.setup(lake, database, from, name -> new MemoryKeyStore(), listener));
    }

    private void ingest() {
        try (Ingest ingest = writer(source, IngestListener.NONE)) {
            ingest.runUntilCaughtUp();
        }
    }

    private void holdsWhatTheSourceHolds() throws IOException {
        for (String table : List.of("item", "stock")) {
            assertThat(SmallLake.rows(lake.table(table), null)).isEqualTo(postgres.tables.get("public." + table));
        }
    }

    @Test
    void ofTwoWritersTheOneStartedLastGoesOn() throws IOException {
        postgres.begin().put("public.item", 1, "one", 1).commit();
        MemorySource same = copy(List.of());
        try (Ingest first = writer(source, IngestListener.NONE);
                DuckDatabase other = DuckDatabase.open(small.config.workbench());
                Ingest second =
                        new Ingest(small.setup(lake, other, same, name -> new MemoryKeyStore(), IngestListener.NONE))) {
            assertThatThrownBy(first::runUntilCaughtUp).isInstanceOfSatisfying(FirnException.class, failure -> {
                assertThat(failure.code()).isEqualTo(ErrorCode.FENCED);
                assertThat(failure)
                        .hasMessage(
                                "lake.t.item_changes was taken over by writer 2, and this is writer 1: only the last one started goes on");
            });
            second.runUntilCaughtUp();
        }
        ingest();
        holdsWhatTheSourceHolds();
    }

    @Test
    void aStrangersSnapshotOnALogHidesNoCutFromRecovery() throws IOException {
        postgres.begin()
                .put("public.item", 1, "one", 1)
                .put("public.stock", 2, "two", 2)
                .commit();
        IngestListener dies = new IngestListener() {
            @Override
            public void logged(String table, CommitReceipt receipt, long changes) {
                throw new IllegalStateException("the end of " + table);
            }
        };
        try (Ingest ingest = writer(source, dies)) {
            assertThatThrownBy(ingest::runUntilCaughtUp).hasMessageStartingWith("the end of ");
        }
        lake.table("item_changes").newFastAppend().commit();
        lake.table("stock_changes").newFastAppend().commit();
        ingest();
        holdsWhatTheSourceHolds();
    }

    @Test
    void aMarkerDeliveredTwiceDoesNotStandForAChangeThatIsStillToCome() throws IOException {
        postgres.begin()
                .put("public.item", 1, "one", 1)
                .message("firn.day-close", "2026-01-01")
                .commit();
        MemorySource late = copy(List.of("t.public.item"));
        copy(List.of("t.public.item", "t.transaction")).poll(Duration.ZERO).forEach(record -> append(late, record));
        try (Ingest ingest = writer(late, IngestListener.NONE)) {
            ingest.runUntilCaughtUp();
            assertThat(ingest.last().number()).isZero();
            copy(List.of("t.message", "t.transaction")).poll(Duration.ZERO).forEach(record -> append(late, record));
            ingest.runUntilCaughtUp();
            assertThat(ingest.last().number()).isEqualTo(1);
        }
        holdsWhatTheSourceHolds();
        assertThat(SmallLake.rows(lake.table("item"), "day-2026-01-01")).hasSize(1);
    }

    @Test
    void aWriterThatDoesNotStartLeavesNothingOpenSoThatItCanBeStartedAgain() throws IOException {
        postgres.begin().put("public.item", 1, "one", 1).commit();
        AtomicInteger open = new AtomicInteger();
        assertThatThrownBy(() -> new Ingest(small.setup(
                        lake,
                        database,
                        source,
                        name -> {
                            if (name.equals("stock")) {
                                throw new IllegalStateException("no store");
                            }
                            return new CountedKeyStore(open);
                        },
                        IngestListener.NONE)))
                .hasMessage("no store");
        assertThat(open).hasValue(0);
        ingest();
        holdsWhatTheSourceHolds();
    }

    /** Counts the stores that are open. */
    private static final class CountedKeyStore implements KeyStore {
        private final MemoryKeyStore store = new MemoryKeyStore();
        private final AtomicInteger open;

        CountedKeyStore(AtomicInteger open) {
            this.open = open;
            open.incrementAndGet();
        }

        @Override
        public List<byte @Nullable []> get(List<byte[]> keys) {
            return store.get(keys);
        }

        @Override
        public void write(List<byte[]> keys, List<byte @Nullable []> values) {
            store.write(keys, values);
        }

        @Override
        public void scan(byte prefix, BiConsumer<byte[], byte[]> visitor) {
            store.scan(prefix, visitor);
        }

        @Override
        public void clear() {
            store.clear();
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    /** @return the source's records but for some topics */
    private MemorySource copy(List<String> without) {
        MemorySource copy = new MemorySource();
        source.start(SourcePosition.EMPTY);
        source.poll(Duration.ZERO).stream()
                .filter(record -> !without.contains(record.topic()))
                .forEach(record -> append(copy, record));
        copy.start(SourcePosition.EMPTY);
        return copy;
    }

    private static void append(MemorySource to, SourceRecord record) {
        to.append(record.topic(), record.partition(), record.key(), record.value());
    }
}
