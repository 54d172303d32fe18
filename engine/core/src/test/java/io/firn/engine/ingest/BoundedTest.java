package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Cut;
import io.firn.catalog.Lake;
import io.firn.engine.index.RocksKeyStore;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What comes is larger than what the writer may use. System properties make it larger: {@code firn.bounded.rows}
 * (500000) of one transaction, {@code firn.bounded.tables} (12).
 */
class BoundedTest {
    @TempDir
    Path folder;

    private final List<Long> cuts = new ArrayList<>();

    private void ingest(List<String> tables, String memory, GeneratedSource source) throws IOException {
        Path file = folder.resolve("firn.yaml");
        StringBuilder declared = new StringBuilder();
        tables.forEach(table -> declared.append(
                "  %s: { source: %s, key: [id] }%n".formatted(table.substring("public.".length()), table)));
        Files.writeString(file, """
            lake:
              catalog: { type: jdbc, uri: "jdbc:sqlite:./catalog.db", warehouse: "./warehouse" }
              namespace: t
            source: { type: kafka, bootstrap-servers: "localhost:1", topic-prefix: t }
            tables:
            %s
            commit: { interval: 1h, rows: 1000, bytes: 1MB }
            workbench: { memory: %s }
            snapshots: { zone: UTC, close: marker, retain: 24 months }
            """.formatted(declared, memory));
        SmallLake small = new SmallLake(folder, file);
        IngestListener listener = new IngestListener() {
            @Override
            public void finished(Cut cut, long changes) {
                cuts.add(changes);
            }
        };
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Ingest ingest = new Ingest(small.setup(
                        lake,
                        database,
                        source,
                        table -> RocksKeyStore.open(folder.resolve("index").resolve(table)),
                        listener))) {
            ingest.runUntilCaughtUp();
        }
    }

    private long rows(String table) throws IOException {
        try (Lake lake = new SmallLake(folder, folder.resolve("firn.yaml")).open()) {
            Table found = lake.table(table);
            return Long.parseLong(found.currentSnapshot().summary().get("total-records"));
        }
    }

    @Test
    void aTransactionLargerThanTheMemoryIsOneCut() throws IOException {
        long rows = Long.getLong("firn.bounded.rows", 500_000);
        ingest(
                List.of("public.item"),
                System.getProperty("firn.bounded.memory", "128MB"),
                new GeneratedSource(List.of("public.item"), rows, 600));
        assertThat(cuts).containsExactly(rows);
        assertThat(rows("item")).isEqualTo(rows);
    }

    @Test
    void rowsOfFiveMegabytesAreWritten() throws IOException {
        ingest(List.of("public.item"), "1GB", new GeneratedSource(List.of("public.item"), 20, 5_000_000));
        assertThat(cuts).containsExactly(20L);
        assertThat(rows("item")).isEqualTo(20);
    }

    @Test
    void manyTablesShareTheMemory() throws IOException {
        int count = Integer.getInteger("firn.bounded.tables", 12);
        List<String> tables =
                IntStream.range(0, count).mapToObj(i -> "public.item" + i).toList();
        ingest(tables, "128MB", new GeneratedSource(tables, count * 2_000L, 100));
        assertThat(cuts).containsExactly(count * 2_000L);
        for (int i = 0; i < count; i++) {
            assertThat(rows("item" + i)).as("item%d", i).isEqualTo(2_000);
        }
    }
}
