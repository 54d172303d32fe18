package io.firn.bench.ingest;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends messages to a broker in large batches. */
final class KafkaSink implements MessageSink {

    private static final int BATCH_BYTES = 1 << 20;
    private static final long BUFFER_BYTES = 64L << 20;

    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    KafkaSink(String bootstrapServers, String compression) {
        Map<String, Object> settings = Map.ofEntries(
                Map.entry("bootstrap.servers", bootstrapServers),
                Map.entry("batch.size", BATCH_BYTES),
                Map.entry("linger.ms", 20),
                Map.entry("buffer.memory", BUFFER_BYTES),
                Map.entry("compression.type", compression));
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void send(String topic, byte[] key, byte @Nullable [] value) {
        var unused = producer.send(new ProducerRecord<>(topic, key, value), this::keepFailure);
    }

    @Override
    public void close() {
        producer.close();
        Exception first = failure.get();
        if (first != null) {
            throw new IllegalStateException("Kafka did not take everything: " + first.getMessage(), first);
        }
    }

    private void keepFailure(@Nullable RecordMetadata metadata, @Nullable Exception e) {
        if (e != null && failure.compareAndSet(null, e)) {
            System.err.println("Kafka did not take a message: " + e);
        }
    }
}
