package io.firn.catalog.config;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where changes come from and how they are encoded.
 *
 * @param bootstrapServers Kafka's addresses; null unless the type is Kafka
 * @param topicPrefix Debezium's {@code topic.prefix}: the changes of {@code public.product} are in
 *     {@code <prefix>.public.product}
 * @param schemaRegistry where the schemas of Avro records are; null unless the format is Avro
 * @param path folder of change-event files; null unless the type is files
 * @param kafka further Kafka consumer properties, handed through as they are
 * @param postgres the database behind the changes; null when it cannot be reached from here
 * @param dayCloseMarkerPrefix prefix of the PostgreSQL logical message that closes a business day
 * @param remarkPrefix what the prefix of messages begins with that say something about their transaction
 */
public record SourceConfig(
        SourceType type,
        @Nullable String bootstrapServers,
        String topicPrefix,
        EventFormat format,
        @Nullable SchemaRegistryConfig schemaRegistry,
        @Nullable Path path,
        Map<String, String> kafka,
        @Nullable PostgresConfig postgres,
        DecimalHandling decimalHandling,
        TimePrecision timePrecision,
        BinaryHandling binaryHandling,
        String dayCloseMarkerPrefix,
        String remarkPrefix) {

    public SourceConfig {
        kafka = Map.copyOf(kafka);
    }

    @Override
    public String toString() {
        return ("SourceConfig[type=%s, bootstrapServers=%s, topicPrefix=%s, format=%s, schemaRegistry=%s, path=%s, kafka=%s, postgres=%s,"
                        + " decimalHandling=%s, timePrecision=%s, binaryHandling=%s, dayCloseMarkerPrefix=%s, remarkPrefix=%s]")
                .formatted(
                        type,
                        bootstrapServers,
                        topicPrefix,
                        format,
                        schemaRegistry,
                        path,
                        Secret.mask(kafka),
                        postgres,
                        decimalHandling,
                        timePrecision,
                        binaryHandling,
                        dayCloseMarkerPrefix,
                        remarkPrefix);
    }
}
