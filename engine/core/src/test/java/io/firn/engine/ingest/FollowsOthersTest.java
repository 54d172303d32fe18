package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.engine.index.KeyStore;
import io.firn.engine.index.MemoryKeyStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that is told of somebody else's commit follows it at once, and not in its next cut. */
class FollowsOthersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    /** Counts how often the key index is written. */
    private static final class CountingStore implements KeyStore {
        final AtomicInteger writes = new AtomicInteger();
        private final KeyStore store = new MemoryKeyStore();

        @Override
        public List<byte @Nullable []> get(List<byte[]> keys) {
            return store.get(keys);
        }

        @Override
        public void write(List<byte[]> keys, List<byte @Nullable []> values) {
            store.write(keys, values);
            writes.incrementAndGet();
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
        public void close() {}
    }

    @Test
    void theKeyIndexIsBroughtUpBetweenTwoCuts() throws IOException {
        CountingStore items = new CountingStore();
        try (SymptomsLake lake = SymptomsLake.in(folder)) {
            lake.postgres.begin().put("public.item", 1, "one", 1).commit();
            lake.ingest();
            try (Ingest ingest = new Ingest(lake.small.setup(
                    lake.lake,
                    lake.database,
                    lake.source,
                    name -> name.contains("item") ? items : new MemoryKeyStore(),
                    IngestListener.NONE))) {
                CompletableFuture<Void> running = CompletableFuture.runAsync(ingest::run);
                ingest.movedOn("item");
                await().atMost(PATIENCE).until(() -> items.writes.get() > 0);
                int before = items.writes.get();
                lake.lake.table("item").newFastAppend().commit();
                ingest.movedOn("no table of this lake");
                ingest.movedOn("item");
                await().atMost(PATIENCE).until(() -> items.writes.get() > before);
                lake.postgres.begin().put("public.item", 1, "two", 2).commit();
                ingest.stop();
                running.join();
                assertThat(ingest.last().number()).isEqualTo(1);
            }
            lake.ingest();
            assertThat(lake.rows("item")).isEqualTo(lake.postgres.tables.get("public.item"));
        }
    }
}
