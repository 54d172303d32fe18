package io.firn.engine.kafka;

import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.SourceConfig;
import io.firn.catalog.config.TableConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Which broker, which topics, and how the consumer is set.
 *
 * @param group the consumer group whose offsets show the lag
 * @param topics all topics to read: those of the tables, and Debezium's for transactions and messages
 * @param extra what the configuration adds to the consumer's properties
 */
public record KafkaSettings(String bootstrapServers, String group, List<String> topics, Map<String, String> extra) {
    private static final int FETCH_BYTES = 4 << 20;

    public KafkaSettings {
        topics = List.copyOf(topics);
        extra = Map.copyOf(extra);
    }

    /** @return the settings that a configuration with {@code source.type: kafka} means */
    public static KafkaSettings of(FirnConfig config) {
        SourceConfig source = config.source();
        List<String> topics = new ArrayList<>();
        for (TableConfig table : config.tables().values()) {
            topics.add(source.topicPrefix() + "." + table.source());
        }
        topics.add(source.topicPrefix() + ".transaction");
        topics.add(source.topicPrefix() + ".message");
        return new KafkaSettings(
                Objects.requireNonNull(source.bootstrapServers()),
                "firn-" + config.lake().namespace(),
                topics,
                source.kafka());
    }

    Map<String, Object> consumerProperties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("group.id", group);
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "none");
        properties.put("allow.auto.create.topics", "false");
        properties.put("isolation.level", "read_committed");
        properties.put("max.poll.records", "20000");
        properties.put("fetch.max.bytes", Integer.toString(4 * FETCH_BYTES));
        properties.put("max.partition.fetch.bytes", Integer.toString(FETCH_BYTES));
        properties.put("default.api.timeout.ms", "15000");
        properties.putAll(extra);
        properties.put("key.deserializer", ByteArrayDeserializer.class.getName());
        properties.put("value.deserializer", ByteArrayDeserializer.class.getName());
        return properties;
    }
}
