package io.firn.e2e.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.demo.ConnectorSettings;
import io.firn.demo.ConnectorSettings.Snapshot;
import io.firn.demo.DebeziumToKafka;
import io.firn.demo.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a load, a connector's topics bring every later change, and none of before a second time. */
class KafkaHandoverIT {
    private static final long ITEMS = 4000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final long seed = Long.getLong("firn.seed", System.nanoTime());
    private final String seeded = "seed " + seed;

    @TempDir
    private Path folder;

    @Test
    void aConnectorThatBeginsAfterTheLoadGoesOnWhereItEndedAndOneThatWasThereIsPassedOverUpToItsMoment()
            throws Exception {
        try (BusyDatabase database = BusyDatabase.start(folder, ITEMS);
                EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"))) {
            SmallLake before = SmallLake.fromKafka(folder("before"), database, kafka.bootstrapServers(), "before");
            SmallLake later = SmallLake.fromKafka(folder("later"), database, kafka.bootstrapServers(), "later");
            database.trade(2, ITEMS, seed, 60);
            try (DebeziumToKafka early = connector(database, kafka, "before")) {
                early.awaitCaughtUp(PATIENCE);
                before.done(seeded, "seed", "--part-megabytes", "1");
                later.done(seeded, "seed", "--part-megabytes", "1");
                try (DebeziumToKafka late = connector(database, kafka, "later")) {
                    rest(database);
                    early.awaitCaughtUp(PATIENCE);
                    late.awaitCaughtUp(PATIENCE);
                }
            }
            ingestAndVerify(before);
            ingestAndVerify(later);
            assertThat(database.text("SELECT string_agg(slot_name, ' ' ORDER BY slot_name) FROM pg_replication_slots"))
                    .isEqualTo("firn_before firn_later");
        }
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    private DebeziumToKafka connector(BusyDatabase database, EmbeddedKafka kafka, String prefix) {
        Path offsets = folder.resolve("offsets-" + prefix);
        return DebeziumToKafka.start(ConnectorSettings.of(database.url(), kafka.bootstrapServers(), offsets, prefix)
                .withTables("public.item", "public.line")
                .with(Snapshot.NO_DATA));
    }

    private static void rest(BusyDatabase database) throws Exception {
        long changes = database.changes();
        await().atMost(PATIENCE).until(() -> database.changes() >= changes + 100);
        database.rest();
    }

    private void ingestAndVerify(SmallLake lake) {
        lake.done(seeded, "ingest", "--until-caught-up");
        lake.done(seeded, "verify", "--patience", "0");
    }
}
