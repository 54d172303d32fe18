package io.firn.e2e.source;

import io.firn.demo.EmbeddedKafka;
import io.firn.engine.kafka.KafkaSettings;
import io.firn.engine.kafka.KafkaSource;
import io.firn.engine.source.ChangeSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class KafkaSourceContractTest extends SourceContract {
    private static EmbeddedKafka kafka;
    private static KafkaProducer<byte[], byte[]> producer;
    private static int tests;

    private String prefix;

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
    void makeTopics() {
        prefix = "t" + ++tests;
        topics().forEach(topic -> kafka.createTopic(topic, 2));
    }

    private List<String> topics() {
        return List.of(prefix + ".public.item", prefix + ".public.stock");
    }

    @Override
    ChangeSource open() {
        return new KafkaSource(new KafkaSettings(kafka.bootstrapServers(), "firn-" + prefix, topics(), Map.of()));
    }

    @Override
    void write(long firstId, long lastId) {
        for (long id = firstId; id <= lastId; id++) {
            byte[] value = "{\"op\":\"c\",\"after\":{\"id\":%d}}".formatted(id).getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(topics().get(id % 3 == 0 ? 1 : 0), (int) (id % 2), null, value));
        }
        producer.flush();
    }
}
