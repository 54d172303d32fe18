package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.Lake;
import io.firn.catalog.SourcePosition;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.source.MemorySource;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A truncate comes in one partition of a topic and empties the table for all of them. */
class TruncateTest {
    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private final FakePostgres postgres = new FakePostgres(source, SmallLake.PREFIX);
    private SmallLake small;

    @BeforeEach
    void open() throws IOException {
        small = new SmallLake(folder, 3);
        postgres.begin()
                .put("public.item", 1, "before", 1)
                .put("public.item", 2, "before", 1)
                .commit();
        postgres.begin().truncate("public.item").commit();
        postgres.begin()
                .put("public.item", 3, "after", 1)
                .put("public.item", 4, "after", 1)
                .commit();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void rowsOfOtherPartitionsAreGoneOrStayAsTheyCameBeforeOrAfter(int partition) throws IOException {
        ingest(partition, IngestListener.NONE);
        assertRows();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void theSameHoldsWhenTheChangesComeBackFromTheLog(int partition) throws IOException {
        try {
            ingest(partition, new IngestListener() {
                @Override
                public void logged(String table, CommitReceipt receipt, long changes) {
                    throw new IllegalStateException("dead after the log");
                }
            });
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("dead after the log");
        }
        ingest(partition, IngestListener.NONE);
        assertRows();
    }

    private void assertRows() throws IOException {
        try (Lake lake = small.open()) {
            assertThat(SmallLake.rows(lake.table("item"), null)).isEqualTo(postgres.tables.get("public.item"));
        }
    }

    private void ingest(int partition, IngestListener listener) {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Ingest ingest = new Ingest(
                        small.setup(lake, database, spread(partition), name -> new MemoryKeyStore(), listener))) {
            ingest.runUntilCaughtUp();
        }
    }

    /** @return the same records, in two partitions by key, with truncates in the given one */
    private MemorySource spread(int truncates) {
        MemorySource spread = new MemorySource();
        source.start(SourcePosition.EMPTY);
        for (SourceRecord record : source.poll(Duration.ZERO)) {
            String value = new String(Objects.requireNonNull(record.value()), StandardCharsets.UTF_8);
            String key = new String(Objects.requireNonNull(record.key()), StandardCharsets.UTF_8);
            boolean isOdd = key.matches(".*[13579]}");
            int partition =
                    !record.topic().endsWith(".item") ? 0 : value.contains("\"op\":\"t\"") ? truncates : isOdd ? 1 : 0;
            spread.append(record.topic(), partition, record.key(), record.value());
        }
        return spread;
    }
}
