package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.Lake;
import io.firn.catalog.SourcePosition;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.source.ChangeSource;
import io.firn.engine.source.MemorySource;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartingOverTest {
    private static final SourcePosition OVER = new SourcePosition(Map.of("over", "1"));

    @TempDir
    Path folder;

    /**
     * What is before the first acknowledgement can be had once only; after that the source shows what it holds then.
     */
    private static final class OnlyOnce implements ChangeSource {
        private final MemorySource first;
        private final MemorySource again;
        private MemorySource current;

        OnlyOnce(MemorySource first, MemorySource again) {
            this.first = first;
            this.again = again;
            this.current = first;
        }

        @Override
        public void start(SourcePosition position) {
            current = position.tokens().containsKey("over") ? again : first;
            current.start(SourcePosition.EMPTY);
        }

        @Override
        public Optional<SourcePosition> startingOver(SourcePosition from, SourcePosition upTo) {
            return Optional.of(OVER);
        }

        @Override
        public List<SourceRecord> poll(Duration timeout) {
            return current.poll(timeout);
        }

        @Override
        public SourcePosition positionAt(Map<Partition, Long> next) {
            return current.positionAt(next);
        }

        @Override
        public boolean isCovered(SourceRecord record, SourcePosition position) {
            return current.isCovered(record, position);
        }

        @Override
        public void acknowledge(SourcePosition position, List<CommitReceipt> receipts) {}

        @Override
        public SourcePosition present() {
            return current.present();
        }

        @Override
        public boolean hasReached(SourcePosition position, SourcePosition goal) {
            return current.hasReached(position, goal);
        }

        @Override
        public void close() {}
    }

    /** Fails the second time that a table writer asks: one log gets the cut and the other does not. */
    private static final class FailingClock extends Clock {
        private final AtomicInteger writers = new AtomicInteger();

        @Override
        public Instant instant() {
            if (Thread.currentThread().getName().startsWith("firn-table-writer") && writers.incrementAndGet() == 2) {
                throw new IllegalStateException("the process dies here");
            }
            return Instant.now();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void aCutThatReachedOneLogAndCannotBeReadAgainIsUndoneByReadingAnew() throws IOException {
        SmallLake small = new SmallLake(folder, 3);
        FakePostgres before = new FakePostgres(new MemorySource(), SmallLake.PREFIX);
        before.begin()
                .put("public.item", 1, "gone later", 100)
                .put("public.item", 2, "two", 200)
                .put("public.stock", 1, "one", 1)
                .commit();
        FakePostgres after = new FakePostgres(new MemorySource(), SmallLake.PREFIX);
        after.begin()
                .truncate("public.item")
                .truncate("public.stock")
                .put("public.item", 2, "zwei", 200)
                .put("public.stock", 1, "one", 1)
                .commit();
        OnlyOnce source = new OnlyOnce(before.source, after.source);
        assertThatThrownBy(() -> ingest(small, source, new FailingClock()))
                .hasMessageContaining("the process dies here");

        ingest(small, source, Clock.systemUTC());

        try (Lake lake = small.open()) {
            assertThat(SmallLake.rows(lake.table("item"), null)).isEqualTo(after.tables.get("public.item"));
            assertThat(SmallLake.rows(lake.table("stock"), null)).isEqualTo(after.tables.get("public.stock"));
        }
    }

    private static void ingest(SmallLake small, ChangeSource source, Clock clock) {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench())) {
            IngestSetup setup = small.setup(lake, database, source, name -> new MemoryKeyStore(), IngestListener.NONE);
            try (Ingest ingest = new Ingest(new IngestSetup(
                    setup.config(),
                    lake,
                    database,
                    source,
                    setup.tables(),
                    setup.keyStores(),
                    setup.stage(),
                    clock,
                    setup.listener()))) {
                ingest.runUntilCaughtUp();
            }
        }
    }
}
