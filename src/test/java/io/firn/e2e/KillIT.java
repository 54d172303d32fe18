package io.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.CutProperties;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.demo.ShopTable;
import io.firn.demo.ShopWorkload;
import io.firn.demo.WorkloadPlan;
import io.firn.demo.WorkloadPlan.Truncates;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The writer is a process that gets no chance to clean up, again and again, while the shop goes on. */
class KillIT {
    private static final int KILLS = Integer.getInteger("firn.kills", 4);
    private static final int PRODUCTS = 300;
    private static final int CHANGES_PER_DAY = 1000;
    private static final int CHANGES_PER_SECOND = 150;
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final long seed = Long.getLong("firn.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<LocalDate, Map<ShopTable, List<String>>> books = new ConcurrentSkipListMap<>();

    @TempDir
    private Path folder;

    @Test
    void aWriterKilledAgainAndAgainBringsEveryChangeOnceAndEveryDayWhole() throws Exception {
        try (Shop shop = Shop.open(folder, PRODUCTS, seed, COMMIT_INTERVAL)) {
            shop.ingest();
            try (Lake lake = Lake.open(shop.config().lake())) {
                killWhileTrading(shop, lake);
                shop.awaitInKafka();
                shop.ingest();
                assertNothingIsLost(shop, lake);
            }
        }
    }

    private void killWhileTrading(Shop shop, Lake lake) throws Exception {
        WorkloadPlan plan = WorkloadPlan.of(Shop.FIRST_DAY, 1000, CHANGES_PER_DAY, seed)
                .with(Truncates.ONCE_A_DAY)
                .withChangesPerSecond(CHANGES_PER_SECOND);
        ShopWorkload workload = new ShopWorkload(
                shop.postgres().jdbcUrl(), plan, (day, office) -> books.put(day, Rows.inPostgres(lake, office)));
        FutureTask<?> trading = new FutureTask<>(workload::run);
        new Thread(trading, "shop").start();
        try {
            for (int kill = 1; kill <= KILLS; kill++) {
                killOnce(shop, lake, kill);
            }
        } finally {
            workload.stop();
            trading.get();
        }
    }

    /** Lets a writer commit something, and then go on for a moment that nothing in it knows. */
    private void killOnce(Shop shop, Lake lake, int kill) throws IOException, InterruptedException {
        Path log = folder.resolve("ingest-" + kill + ".log");
        long before = cut(lake);
        Process writer = writer(shop.yaml(), log);
        try {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> cut(lake) > before || !writer.isAlive());
            boolean ended = writer.waitFor(300 + random.nextInt(1700), TimeUnit.MILLISECONDS);
            assertThat(ended)
                    .as("seed %d: writer %d ended by itself: %s", seed, kill, Files.readString(log))
                    .isFalse();
        } finally {
            writer.destroyForcibly().waitFor();
        }
    }

    /** The price log is part of almost every cut. */
    private static long cut(Lake lake) {
        return CutProperties.applied(lake.table(TableDefinition.changeLogOf(ShopTable.PRICE.table())))
                .number();
    }

    private static Process writer(Path yaml, Path log) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.firn.cli.Main",
                "-c",
                yaml.toString(),
                "ingest");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private void assertNothingIsLost(Shop shop, Lake lake) throws SQLException {
        try (DuckDatabase duck = DuckDatabase.open(shop.config().workbench());
                Workbench workbench = new Workbench(duck, shop.config().workbench());
                Connection postgres = shop.postgres().connect()) {
            assertSame("at the head", Rows.inPostgres(lake, postgres), lake, workbench, new AsOf.Head());
            for (Map.Entry<LocalDate, Map<ShopTable, List<String>>> day : books.entrySet()) {
                assertSame("on " + day.getKey(), day.getValue(), lake, workbench, new AsOf.Day(day.getKey()));
            }
            for (ShopTable table : ShopTable.values()) {
                assertLoggedOnce(shop, lake, workbench, table);
            }
        }
    }

    private void assertSame(
            String when, Map<ShopTable, List<String>> expected, Lake lake, Workbench workbench, AsOf moment)
            throws SQLException {
        for (ShopTable table : ShopTable.values()) {
            List<String> actual = Rows.inDuckDb(lake.table(table.table()), table.table(), workbench, moment);
            Rows.assertSame(
                    "seed %d: %s %s".formatted(seed, table.table(), when),
                    actual,
                    Objects.requireNonNull(expected.get(table)));
        }
    }

    private void assertLoggedOnce(Shop shop, Lake lake, Workbench workbench, ShopTable table) throws SQLException {
        Table log = lake.table(TableDefinition.changeLogOf(table.table()));
        List<Long> offsets = new ArrayList<>();
        try (DuckDBConnection connection = workbench.duck().connect();
                TableView view = workbench.view(connection, "log", Scan.of(log, new AsOf.Head()));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT %s FROM %s WHERE %s = %s AND %s = 0 ORDER BY 1"
                        .formatted(
                                ChangeLogColumns.OFFSET,
                                Sql.identifier(view.name()),
                                ChangeLogColumns.TOPIC,
                                Sql.literal(Shop.topic(table)),
                                ChangeLogColumns.PARTITION))) {
            while (rows.next()) {
                offsets.add(rows.getLong(1));
            }
        }
        assertThat(offsets)
                .as("seed %d: offsets in the change log of %s", seed, table.table())
                .isEqualTo(offsetsInKafka(shop, table));
    }

    /** Of all records but tombstones, which are no changes. */
    private static List<Long> offsetsInKafka(Shop shop, ShopTable table) {
        TopicPartition partition = new TopicPartition(Shop.topic(table), 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", shop.kafka().bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = Objects.requireNonNull(
                    consumer.endOffsets(List.of(partition)).get(partition));
            List<Long> offsets = new ArrayList<>();
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.value() != null) {
                        offsets.add(record.offset());
                    }
                }
            }
            return offsets;
        }
    }
}
