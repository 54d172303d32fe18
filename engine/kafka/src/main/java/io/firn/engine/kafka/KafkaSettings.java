package io.firn.engine.kafka;

import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.SourceConfig;
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
        String prefix = config.source().topicPrefix();
        List<String> topics = new ArrayList<>(tables(config));
        topics.add(prefix + ".transaction");
        topics.add(prefix + ".message");
        return of(config, topics);
    }

    /** @return the settings for a look at the topics of the tables alone */
    public static KafkaSettings ofTables(FirnConfig config) {
        return of(config, tables(config));
    }

    private static List<String> tables(FirnConfig config) {
        String prefix = config.source().topicPrefix();
        return config.tables().values().stream()
                .map(table -> prefix + "." + table.source())
                .toList();
    }

    private static KafkaSettings of(FirnConfig config, List<String> topics) {
        SourceConfig source = config.source();
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
