package io.firn.bench.ingest;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the workload to Kafka: changes to {@code <prefix>.public.product}, transactions to
 * {@code <prefix>.transaction}.
 */
final class TopicWriter implements Changes, AutoCloseable {

    private static final byte[] FIRST = Bytes.utf8("first");
    private static final byte[] MIDDLE = Bytes.utf8("true");
    private static final byte[] LAST = Bytes.utf8("last");

    private final KafkaProducer<byte[], byte[]> producer;
    private final String changeTopic;
    private final String transactionTopic;
    private final int lastSnapshotRow;
    private final DebeziumJson json;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private long records;
    private long bytes;

    TopicWriter(String bootstrapServers, Messages messages, int snapshotRows) {
        this.changeTopic = messages.changeTopic();
        this.transactionTopic = messages.transactionTopic();
        this.lastSnapshotRow = snapshotRows;
        this.json = new DebeziumJson(messages.prefix(), messages.decimals(), messages.schemas());
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "batch.size",
                        1 << 20,
                        "linger.ms",
                        20,
                        "buffer.memory",
                        64L << 20,
                        "compression.type",
                        messages.compression()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public void row(int productId) {
        byte[] marker = productId == lastSnapshotRow ? LAST : productId == 1 ? FIRST : MIDDLE;
        send(changeTopic, json.key(productId), json.row(productId, marker));
    }

    @Override
    public void begin(Transaction transaction) {
        send(transactionTopic, json.beginKey(transaction), json.begin(transaction));
    }

    @Override
    public void change(Change change) {
        byte[] key = json.key(change.productId());
        send(changeTopic, key, json.change(change));
        if (change.kind() == Change.Kind.DELETE) {
            send(changeTopic, key, null);
        }
    }

    @Override
    public void end(Transaction transaction) {
        send(transactionTopic, json.endKey(transaction), json.end(transaction));
    }

    /** Number of messages sent, tombstones and transaction messages included. */
    long records() {
        return records;
    }

    /** Size of their keys and values. */
    long bytes() {
        return bytes;
    }

    /** Waits until everything is in Kafka; throws {@link IllegalStateException} when something is not. */
    @Override
    public void close() {
        producer.close();
        Exception first = failure.get();
        if (first != null) {
            throw new IllegalStateException("Kafka did not take everything: " + first.getMessage(), first);
        }
    }

    private void keepFailure(@Nullable RecordMetadata metadata, @Nullable Exception e) {
        if (e != null) {
            failure.compareAndSet(null, e);
        }
    }

    private void send(String topic, byte[] key, byte @Nullable [] value) {
        var unused = producer.send(new ProducerRecord<>(topic, key, value), this::keepFailure);
        records++;
        bytes += key.length + (value == null ? 0 : value.length);
    }
}
