package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.CutProperties;
import io.firn.catalog.Lake;
import io.firn.catalog.SourcePosition;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.source.MemorySource;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of one source divided among writers, each with a configuration of its own, in one namespace. */
class SeveralWritersTest {
    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private final FakePostgres postgres = new FakePostgres(source, SmallLake.PREFIX);
    private String everything = "";

    @BeforeEach
    void configure() throws IOException {
        new SmallLake(folder, 3);
        everything = Files.readString(folder.resolve("firn.yaml"));
    }

    /** Runs a writer that has only one of the tables until it has caught up. */
    private void ingest(String table) throws IOException {
        Path file = folder.resolve(table + ".yaml");
        Files.writeString(
                file,
                everything
                        .lines()
                        .filter(line -> !line.contains("source: public.") || line.contains("public." + table))
                        .reduce("", (all, line) -> all + line + "\n"));
        SmallLake small = new SmallLake(folder, file);
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Ingest ingest = new Ingest(
                        small.setup(lake, database, only(table), name -> new MemoryKeyStore(), IngestListener.NONE))) {
            ingest.runUntilCaughtUp();
        }
    }

    /** @return what a consumer of the table's topic and of those about transactions sees */
    private MemorySource only(String table) {
        List<String> topics = List.of("t.public." + table, "t.transaction", "t.message");
        MemorySource own = new MemorySource();
        source.start(SourcePosition.EMPTY);
        for (SourceRecord record : source.poll(Duration.ZERO)) {
            if (topics.contains(record.topic())) {
                own.append(record.topic(), record.partition(), record.key(), record.value());
            }
        }
        return own;
    }

    private Lake lake() {
        return new SmallLake(folder, folder.resolve("item.yaml")).open();
    }

    @Test
    void whatOneWriterSetsAsideIsNoCutOfTheOthers() throws IOException {
        for (int round = 1; round <= 3; round++) {
            postgres.begin()
                    .put("public.item", round, "item", round)
                    .junk("public.stock")
                    .put("public.stock", round, "stock", round)
                    .commit();
            ingest("stock");
        }
        ingest("item");
        postgres.begin().put("public.item", 9, "item", 9).junk("public.item").commit();
        ingest("item");
        postgres.begin().put("public.stock", 9, "stock", 9).commit();
        ingest("stock");
        try (Lake lake = lake()) {
            for (String table : List.of("item", "stock")) {
                assertThat(SmallLake.rows(lake.table(table), null)).isEqualTo(postgres.tables.get("public." + table));
            }
            assertThat(CutProperties.applied(lake.table("item")).number()).isEqualTo(2);
            assertThat(CutProperties.applied(lake.table("stock")).number()).isEqualTo(4);
            assertThat(lake.table("firn_quarantine").currentSnapshot().summary())
                    .containsEntry("total-records", "4")
                    .containsEntry("firn.quarantine.tables", "item");
        }
    }

    @Test
    void aTableIsNotTakenOverFromAWriterWithOtherTables() throws IOException {
        postgres.begin()
                .put("public.item", 1, "item", 1)
                .put("public.stock", 1, "stock", 1)
                .commit();
        ingest("item");
        ingest("stock");
        postgres.begin().put("public.item", 2, "item", 2).commit();
        ingest("item");
        SmallLake both = new SmallLake(folder, folder.resolve("firn.yaml"));
        try (Lake lake = both.open();
                DuckDatabase database = DuckDatabase.open(both.config.workbench())) {
            assertThatThrownBy(() -> new Ingest(
                            both.setup(lake, database, source, name -> new MemoryKeyStore(), IngestListener.NONE)))
                    .hasMessage(
                            "table stock was written up to its cut 1 by a writer with other tables, and cannot be taken over by this one, which is at cut 2: leave it in that writer's configuration, or drop the table and stock_changes and load it with firn seed");
        }
    }

    @Test
    void aDayEndsAtTheSameTransactionForAllOfThem() throws IOException {
        postgres.begin()
                .put("public.item", 1, "on the day", 1)
                .put("public.stock", 1, "on the day", 1)
                .commit();
        ingest("stock");
        postgres.begin().put("public.stock", 2, "on the day", 2).commit();
        postgres.begin().message("firn.day-close", "2026-11-20").commit();
        Map<String, TreeMap<Long, FakePostgres.Row>> atClose = new TreeMap<>();
        postgres.tables.forEach((table, rows) -> atClose.put(table, new TreeMap<>(rows)));
        postgres.begin()
                .put("public.item", 1, "later", 1)
                .put("public.stock", 1, "later", 1)
                .commit();
        ingest("item");
        ingest("stock");
        try (Lake lake = lake()) {
            for (String table : List.of("item", "stock")) {
                assertThat(SmallLake.rows(lake.table(table), "day-2026-11-20"))
                        .isEqualTo(atClose.get("public." + table));
            }
        }
    }
}
