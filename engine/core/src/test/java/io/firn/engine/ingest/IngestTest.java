package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.firn.catalog.Lake;
import io.firn.catalog.TransactionRemarks;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngestTest {
    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private final FakePostgres postgres = new FakePostgres(source, SmallLake.PREFIX);

    private void ingest(SmallLake small) {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Ingest ingest = new Ingest(
                        small.setup(lake, database, source, name -> new MemoryKeyStore(), IngestListener.NONE))) {
            ingest.runUntilCaughtUp();
        }
    }

    private void assertLakeEqualsSource(SmallLake small) throws IOException {
        try (Lake lake = small.open()) {
            assertThat(SmallLake.rows(lake.table("item"), null)).isEqualTo(postgres.tables.get("public.item"));
            assertThat(SmallLake.rows(lake.table("stock"), null)).isEqualTo(postgres.tables.get("public.stock"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void insertsUpdatesDeletesMovesAndTruncatesReachTheLake(int formatVersion) throws IOException {
        SmallLake small = new SmallLake(folder, formatVersion);
        postgres.begin()
                .put("public.item", 1, "one", 100)
                .put("public.stock", 1, null, -5)
                .commit();
        postgres.begin().put("public.item", 2, "two", 200).commit();
        ingest(small);
        assertLakeEqualsSource(small);
        postgres.begin()
                .put("public.item", 1, "uno", 101)
                .delete("public.item", 2)
                .commit();
        postgres.begin()
                .put("public.item", 2, "again", 1)
                .move("public.item", 1, 7)
                .commit();
        ingest(small);
        assertLakeEqualsSource(small);
        postgres.begin()
                .truncate("public.stock")
                .put("public.stock", 9, "last", 9)
                .commit();
        ingest(small);
        assertLakeEqualsSource(small);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void manyRandomTransactionsReachTheLake(int formatVersion) throws IOException {
        SmallLake small = new SmallLake(folder, formatVersion);
        Random random = new Random(42);
        for (int round = 0; round < 8; round++) {
            for (int i = 0; i < 20; i++) {
                randomTransaction(random);
            }
            ingest(small);
            assertLakeEqualsSource(small);
        }
    }

    private void randomTransaction(Random random) {
        FakePostgres.Transaction transaction = postgres.begin();
        for (int i = random.nextInt(6); i >= 0; i--) {
            String table = random.nextBoolean() ? "public.item" : "public.stock";
            long id = random.nextInt(40);
            switch (random.nextInt(8)) {
                case 0 -> transaction.delete(table, id);
                case 1 -> transaction.move(table, id, random.nextInt(40));
                default -> transaction.put(table, id, "n" + random.nextInt(1000), random.nextInt(100_000));
            }
        }
        transaction.commit();
    }

    @Test
    void aMarkerTagsEveryTableAtItsPlaceInTheStream() throws IOException {
        SmallLake small = new SmallLake(folder, 3);
        postgres.begin().put("public.item", 1, "one", 100).commit();
        postgres.begin().message("firn.day-close", "2026-11-20").commit();
        Map<String, TreeMap<Long, FakePostgres.Row>> atClose = new HashMap<>();
        postgres.tables.forEach((table, rows) -> atClose.put(table, new TreeMap<>(rows)));
        postgres.begin()
                .put("public.item", 1, "later", 100)
                .put("public.stock", 1, "later", 1)
                .commit();
        ingest(small);
        assertLakeEqualsSource(small);
        try (Lake lake = small.open()) {
            assertThat(SmallLake.rows(lake.table("item"), "day-2026-11-20")).isEqualTo(atClose.get("public.item"));
            assertThat(SmallLake.rows(lake.table("stock"), "day-2026-11-20")).isEqualTo(atClose.get("public.stock"));
        }
    }

    @Test
    void whatTransactionsSayOfThemselvesIsKeptBesideTheirChanges() throws IOException {
        SmallLake small = new SmallLake(folder, 3);
        postgres.begin().put("public.item", 1, "one", 100).commit();
        ingest(small);
        try (Lake lake = small.open()) {
            assertThat(lake.find(TransactionRemarks.TABLE)).isEmpty();
        }
        postgres.begin()
                .message("firn.tx.user", "anna")
                .put("public.item", 1, "uno", 100)
                .message("firn.tx.reason", "campaign")
                .message("outbox", "not ours")
                .message("firn.tx.ticket", "")
                .commit();
        ingest(small);
        try (Lake lake = small.open();
                CloseableIterable<Record> said = IcebergGenerics.read(lake.table(TransactionRemarks.TABLE))
                        .build();
                CloseableIterable<Record> changes = IcebergGenerics.read(lake.table("item_changes"))
                        .where(Expressions.equal("_cut", 2))
                        .build()) {
            Record change = changes.iterator().next();
            assertThat(said)
                    .extracting(
                            row -> row.getField("tx_id"),
                            row -> row.getField("committed_at"),
                            row -> row.getField("name"),
                            row -> row.getField("value"),
                            row -> row.getField("cut"))
                    .containsExactly(
                            tuple(change.getField("_tx_id"), change.getField("_source_ts"), "user", "anna", 2L),
                            tuple(change.getField("_tx_id"), change.getField("_source_ts"), "reason", "campaign", 2L));
        }
        assertLakeEqualsSource(small);
    }
}
