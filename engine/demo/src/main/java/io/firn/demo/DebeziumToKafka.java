package io.firn.demo;

import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.JsonByteArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Debezium's PostgreSQL connector in this JVM, producing to Kafka what Kafka Connect would: one topic per table, and
 * one each for transaction boundaries, logical messages and heartbeats. It goes on from its offsets when started again
 * on the same directory.
 */
public final class DebeziumToKafka implements AutoCloseable {
    /** A slot that has not reached a position for so long may be waiting for the next transaction. */
    private static final Duration NUDGE = Duration.ofSeconds(5);

    private final ConnectorSettings settings;
    private final DebeziumEngine<ChangeEvent<byte[], byte[]>> engine;
    private final RecordForwarder forwarder;
    private final ExecutorService thread;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private DebeziumToKafka(ConnectorSettings settings) {
        this.settings = settings;
        forwarder = new RecordForwarder(settings);
        engine = DebeziumEngine.create(JsonByteArray.class, JsonByteArray.class, JsonByteArray.class)
                .using(ConnectorProperties.of(settings))
                .using((success, message, error) -> failure.set(error))
                .notifying(forwarder)
                .build();
        thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "debezium-" + settings.topicPrefix()));
    }

    /** Starts and returns at once; {@link #failure()} tells of a connector that could not go on. */
    public static DebeziumToKafka start(ConnectorSettings settings) {
        try {
            Files.createDirectories(settings.directory());
        } catch (IOException e) {
            throw new UncheckedIOException("Debezium cannot keep offsets in " + settings.directory(), e);
        }
        DebeziumToKafka connector = new DebeziumToKafka(settings);
        connector.thread.execute(connector.engine);
        return connector;
    }

    /** Why the connector ended by itself; empty while it runs and after a regular {@link #close()}. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }

    /**
     * Returns once everything that was committed in PostgreSQL before the call is in Kafka, the initial snapshot
     * included.
     *
     * @throws IllegalStateException when the connector has ended, or the limit is over
     */
    public void awaitCaughtUp(Duration limit) throws SQLException {
        long deadline = System.nanoTime() + limit.toNanos();
        long nudge = System.nanoTime() + NUDGE.toNanos();
        try (SlotPosition slot = SlotPosition.open(settings)) {
            LogSequenceNumber target = slot.written();
            while (!forwarder.streaming() || slot.confirmed().asLong() < target.asLong()) {
                if (failure().isPresent()) {
                    throw new IllegalStateException("Debezium ended", failure().get());
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "Debezium reached " + slot.confirmed() + " but not " + target + " within " + limit);
                }
                if (forwarder.streaming() && System.nanoTime() > nudge) {
                    slot.nudge();
                    nudge = System.nanoTime() + NUDGE.toNanos();
                }
                Pause.briefly();
            }
        }
    }

    /** Stops after the batch in hand; the replication slot stays and keeps what comes after. */
    @Override
    public void close() {
        try {
            closeEngine();
            thread.shutdown();
            if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("Debezium did not stop within a minute");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Debezium did not stop", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while stopping Debezium", e);
        } finally {
            forwarder.close();
        }
    }

    private void closeEngine() throws IOException {
        try {
            engine.close();
        } catch (IllegalStateException alreadyEnded) {
            // It ended by itself; failure() says why.
        }
    }
}
