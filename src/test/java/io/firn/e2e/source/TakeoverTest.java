package io.firn.e2e.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.demo.EmbeddedKafka;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.IngestSetup;
import io.firn.engine.kafka.KafkaSettings;
import io.firn.engine.kafka.KafkaSource;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances that read the same topics of a broker, and consumers that come into their group. */
class TakeoverTest {
    private static EmbeddedKafka kafka;
    private static KafkaProducer<byte[], byte[]> producer;
    private static int tests;

    @TempDir
    Path folder;

    private final TreeMap<Long, String> expected = new TreeMap<>();
    private FirnConfig config;
    private String namespace;
    private long lsn = 100;

    @BeforeAll
    static void startKafka(@TempDir Path folder) {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stopKafka() {
        producer.close();
        kafka.close();
    }

    @BeforeEach
    void makeLake() throws IOException {
        namespace = "takeover" + ++tests;
        kafka.createTopic(topic(), 1);
        Path file = folder.resolve("firn.yaml");
        Files.writeString(file, """
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./catalog.db", warehouse: "./warehouse" }
                  namespace: %1$s
                source: { type: kafka, bootstrap-servers: "%2$s", topic-prefix: %1$s }
                tables:
                  item: { source: public.item, key: [id] }
                commit: { interval: 100ms, rows: 1000, bytes: 256MB }
                snapshots: { zone: UTC, close: marker, retain: 24 months }
                """.formatted(namespace, kafka.bootstrapServers()));
        config = ConfigLoader.load(file, Map.of());
    }

    private String topic() {
        return namespace + ".public.item";
    }

    private void put(long id, String name) {
        String value =
                "{\"before\":null,\"after\":{\"id\":%d,\"name\":\"%s\"},\"source\":{\"lsn\":%d,\"sequence\":\"[\\\"%d\\\",\\\"%d\\\"]\",\"ts_us\":1795000000000000},\"transaction\":null,\"op\":\"u\"}"
                        .formatted(id, name, ++lsn, lsn - 1, lsn);
        producer.send(new ProducerRecord<>(
                topic(),
                "{\"id\":%d}".formatted(id).getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8)));
        producer.flush();
        expected.put(id, name);
    }

    /** A process of its own, as far as anything that the lake and the broker see. */
    private final class Instance implements AutoCloseable {
        private final Lake lake = Lake.open(config.lake());
        private final DuckDatabase database = DuckDatabase.open(config.workbench());
        private final CachedFiles files = new CachedFiles(config.workbench());
        private final KafkaSource source = new KafkaSource(KafkaSettings.of(config));
        final Ingest ingest;

        Instance(IngestListener listener) {
            ingest = new Ingest(new IngestSetup(
                    config,
                    lake,
                    database,
                    source,
                    name -> Optional.of(new SourceTable(
                            name,
                            List.of(new SourceColumn("id", "bigint", true), new SourceColumn("name", "text", false)),
                            List.of("id"))),
                    name -> new MemoryKeyStore(),
                    files,
                    Clock.systemUTC(),
                    listener));
        }

        @Override
        public void close() {
            ingest.close();
            source.close();
            files.close();
            database.close();
            lake.close();
        }
    }

    private TreeMap<Long, String> rows() throws IOException {
        TreeMap<Long, String> rows = new TreeMap<>();
        try (Lake lake = Lake.open(config.lake())) {
            for (Record record : read(lake.table("item"))) {
                assertThat(rows.put((Long) record.getField("id"), (String) record.getField("name")))
                        .isNull();
            }
        }
        return rows;
    }

    private List<String> logged() throws IOException {
        try (Lake lake = Lake.open(config.lake())) {
            return read(lake.table("item_changes")).stream()
                    .map(record -> record.getField("id") + " " + record.getField("name"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Record> read(Table table) throws IOException {
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            List<Record> rows = new ArrayList<>();
            records.forEach(rows::add);
            return rows;
        }
    }

    /** Waits in its first commit, between the change log and the table. */
    private static final class Pausing implements IngestListener {
        final CountDownLatch inMidCommit = new CountDownLatch(1);
        final CountDownLatch wake = new CountDownLatch(1);

        @Override
        public void logged(String table, CommitReceipt receipt, long changes) {
            inMidCommit.countDown();
            try {
                wake.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void whoeverTakesOverInMidCommitCompletesItAndTheOtherChangesNothingMore() throws Exception {
        put(1, "one");
        put(2, "two");
        Pausing pausing = new Pausing();
        try (Instance first = new Instance(pausing)) {
            CompletableFuture<Void> paused = CompletableFuture.runAsync(first.ingest::run);
            pausing.inMidCommit.await();
            put(1, "uno");
            try (Instance second = new Instance(IngestListener.NONE)) {
                second.ingest.runUntilCaughtUp();
                pausing.wake.countDown();
                assertThatThrownBy(paused::join)
                        .isInstanceOf(CompletionException.class)
                        .cause()
                        .isInstanceOfSatisfying(
                                FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
                put(3, "three");
                second.ingest.runUntilCaughtUp();
            }
        }
        assertThat(rows()).isEqualTo(expected);
        assertThat(logged()).containsExactly("1 one", "1 uno", "2 two", "3 three");
    }

    private KafkaConsumer<byte[], byte[]> memberOfTheGroup() {
        KafkaConsumer<byte[], byte[]> member = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "group.id",
                        "firn-" + namespace,
                        "auto.offset.reset",
                        "latest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        member.subscribe(List.of(topic()));
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            member.poll(Duration.ofMillis(100));
            return !member.assignment().isEmpty();
        });
        return member;
    }

    @Test
    void aRebalanceOfItsGroupInMidCommitIsNothingToAWriter() throws Exception {
        put(1, "one");
        Pausing pausing = new Pausing();
        try (Instance writer = new Instance(pausing)) {
            CompletableFuture<Void> running = CompletableFuture.runAsync(writer.ingest::run);
            pausing.inMidCommit.await();
            try (KafkaConsumer<byte[], byte[]> stranger = memberOfTheGroup()) {
                put(2, "two");
                stranger.poll(Duration.ofMillis(500));
                stranger.commitSync();
            }
            pausing.wake.countDown();
            put(3, "three");
            await().atMost(Duration.ofSeconds(30)).until(() -> logged().size() == 3);
            writer.ingest.stop();
            running.join();
        }
        try (Instance next = new Instance(IngestListener.NONE)) {
            next.ingest.runUntilCaughtUp();
        }
        assertThat(rows()).isEqualTo(expected);
        assertThat(logged()).hasSize(3);
    }
}
