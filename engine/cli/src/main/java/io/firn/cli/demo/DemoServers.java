package io.firn.cli.demo;

import io.firn.demo.ConnectorSettings;
import io.firn.demo.DebeziumToKafka;
import io.firn.demo.EmbeddedKafka;
import io.firn.demo.EmbeddedPostgres;
import io.firn.demo.EmbeddedRedis;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.slf4j.LoggerFactory;

/** PostgreSQL, Kafka and Redis in this process, and Debezium between the first two. */
final class DemoServers implements AutoCloseable {
    static final String TOPIC_PREFIX = "atlas";

    private final Path directory;
    private final EmbeddedPostgres postgres;
    private final EmbeddedKafka kafka;
    private final EmbeddedRedis redis;
    private final Deque<AutoCloseable> connectors = new ArrayDeque<>();

    private DemoServers(Path directory, EmbeddedPostgres postgres, EmbeddedKafka kafka, EmbeddedRedis redis) {
        this.directory = directory;
        this.postgres = postgres;
        this.kafka = kafka;
        this.redis = redis;
    }

    /** Starts all three at once. Debezium waits for {@link #connect()}. */
    static DemoServers start(Path directory) {
        CompletableFuture<EmbeddedPostgres> postgres =
                CompletableFuture.supplyAsync(() -> EmbeddedPostgres.start(directory.resolve("postgres")));
        CompletableFuture<EmbeddedKafka> kafka =
                CompletableFuture.supplyAsync(() -> EmbeddedKafka.start(directory.resolve("kafka")));
        CompletableFuture<EmbeddedRedis> redis = CompletableFuture.supplyAsync(() -> EmbeddedRedis.start());
        return new DemoServers(directory, postgres.join(), kafka.join(), redis.join());
    }

    /** Begins to copy every change of schema {@code public} to Kafka, after a snapshot of what is there. */
    void connect() {
        connectors.push(DebeziumToKafka.start(ConnectorSettings.of(
                postgres.jdbcUrl(), kafka.bootstrapServers(), directory.resolve("debezium"), TOPIC_PREFIX)));
    }

    EmbeddedPostgres postgres() {
        return postgres;
    }

    EmbeddedKafka kafka() {
        return kafka;
    }

    EmbeddedRedis redis() {
        return redis;
    }

    @Override
    public void close() {
        connectors.forEach(DemoServers::close);
        close(redis);
        close(kafka);
        close(postgres);
    }

    private static void close(AutoCloseable server) {
        try {
            server.close();
        } catch (Exception e) {
            LoggerFactory.getLogger(DemoServers.class).warn("a server did not stop", e);
        }
    }
}
