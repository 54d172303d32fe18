package io.firn.e2e.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.demo.ConnectorSettings;
import io.firn.demo.ConnectorSettings.Snapshot;
import io.firn.demo.DebeziumToKafka;
import io.firn.demo.EmbeddedKafka;
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
    void aConnectorThatBeginsAfterTheLoadGoesOnWhereItEnded() throws Exception {
        try (BusyDatabase database = BusyDatabase.start(folder, ITEMS);
                EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"))) {
            SmallLake lake = SmallLake.fromKafka(folder, database, kafka.bootstrapServers(), "later");
            database.trade(2, ITEMS, seed, 10);
            lake.done(seeded, "seed", "--part-megabytes", "1");
            try (DebeziumToKafka connector = connector(database, kafka, "later")) {
                restAndVerify(database, connector, lake);
            }
        }
    }

    @Test
    void aConnectorThatWasThereBeforeTheLoadIsPassedOverUpToItsMoment() throws Exception {
        try (BusyDatabase database = BusyDatabase.start(folder, ITEMS);
                EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"))) {
            SmallLake lake = SmallLake.fromKafka(folder, database, kafka.bootstrapServers(), "before");
            database.trade(2, ITEMS, seed, 10);
            try (DebeziumToKafka connector = connector(database, kafka, "before")) {
                connector.awaitCaughtUp(PATIENCE);
                lake.done(seeded, "seed", "--part-megabytes", "1");
                restAndVerify(database, connector, lake);
                assertThat(database.text("SELECT string_agg(slot_name, ' ') FROM pg_replication_slots"))
                        .isEqualTo("firn_before");
            }
        }
    }

    private DebeziumToKafka connector(BusyDatabase database, EmbeddedKafka kafka, String prefix) {
        Path offsets = folder.resolve("offsets-" + prefix);
        return DebeziumToKafka.start(ConnectorSettings.of(database.url(), kafka.bootstrapServers(), offsets, prefix)
                .withTables("public.item", "public.line")
                .with(Snapshot.NO_DATA));
    }

    private void restAndVerify(BusyDatabase database, DebeziumToKafka connector, SmallLake lake) throws Exception {
        long before = database.changes();
        await().atMost(PATIENCE).until(() -> database.changes() >= before + 100);
        database.rest();
        connector.awaitCaughtUp(PATIENCE);
        lake.done(seeded, "ingest", "--until-caught-up");
        lake.done(seeded, "verify", "--patience", "0");
    }
}
