package io.firn.demo;

import io.debezium.embedded.EmbeddedEngineChangeEvent;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.Header;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Produces a connector's records to Kafka; a batch is acknowledged to the connector only once the broker has all of it.
 */
final class RecordForwarder implements ChangeConsumer<ChangeEvent<byte[], byte[]>>, AutoCloseable {
    private final KafkaProducer<byte @Nullable [], byte @Nullable []> producer;
    private final Admin admin;
    private final int tablePartitions;
    private final Set<String> topics = new HashSet<>();
    private volatile boolean streaming;

    RecordForwarder(ConnectorSettings settings) {
        Map<String, Object> broker = Map.of("bootstrap.servers", settings.bootstrapServers());
        admin = Admin.create(broker);
        tablePartitions = settings.tablePartitions();
        for (String topic : List.of(settings.transactionTopic(), settings.messageTopic(), settings.heartbeatTopic())) {
            ensure(topic, 1);
        }
        for (String table : settings.tables()) {
            ensure(settings.topic(table), tablePartitions);
        }
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        settings.bootstrapServers(),
                        "enable.idempotence",
                        true,
                        "acks",
                        "all",
                        "linger.ms",
                        5,
                        "batch.size",
                        256 * 1024,
                        "compression.type",
                        "lz4",
                        "max.request.size",
                        16 * 1024 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private void ensure(String topic, int partitions) {
        if (topics.add(topic)) {
            Topics.create(admin, topic, partitions);
        }
    }

    @Override
    public void handleBatch(
            List<ChangeEvent<byte[], byte[]>> events, RecordCommitter<ChangeEvent<byte[], byte[]>> committer)
            throws InterruptedException {
        List<Future<?>> sent = new ArrayList<>(events.size());
        for (ChangeEvent<byte[], byte[]> event : events) {
            ensure(event.destination(), tablePartitions);
            sent.add(producer.send(record(event)));
        }
        producer.flush();
        for (Future<?> record : sent) {
            await(record);
        }
        for (ChangeEvent<byte[], byte[]> event : events) {
            committer.markProcessed(event);
        }
        committer.markBatchFinished();
        streaming |= !events.isEmpty() && afterSnapshot(events.get(events.size() - 1));
    }

    /** Whether a record that came after the initial snapshot is in Kafka. */
    boolean streaming() {
        return streaming;
    }

    private static boolean afterSnapshot(ChangeEvent<byte[], byte[]> event) {
        return event instanceof EmbeddedEngineChangeEvent<?, ?, ?> embedded
                && !embedded.sourceRecord().sourceOffset().containsKey("snapshot");
    }

    private static ProducerRecord<byte @Nullable [], byte @Nullable []> record(ChangeEvent<byte[], byte[]> event) {
        var record = new ProducerRecord<byte @Nullable [], byte @Nullable []>(
                event.destination(), event.key(), event.value());
        for (Header<byte[]> header : event.<byte[]>headers()) {
            record.headers().add(header.getKey(), header.getValue());
        }
        return record;
    }

    private static void await(Future<?> record) throws InterruptedException {
        try {
            record.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka did not take a record", e.getCause());
        }
    }

    @Override
    public boolean supportsTombstoneEvents() {
        return true;
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
