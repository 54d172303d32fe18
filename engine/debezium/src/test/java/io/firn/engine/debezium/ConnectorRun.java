package io.firn.engine.debezium;

import io.debezium.connector.postgresql.PostgresConnectorTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Debezium's connector as Kafka Connect would run it, with settings of a test's choice. */
final class ConnectorRun implements AutoCloseable {
    private final PostgresConnectorTask task = new PostgresConnectorTask();
    private final List<SourceRecord> changes = new ArrayList<>();

    ConnectorRun(Map<String, String> properties) {
        task.initialize(new Context(properties));
        task.start(properties);
    }

    static Map<String, String> properties(TestServer server, String slot, TypeCase.Mode mode) {
        Map<String, String> properties = new HashMap<>(ConnectorProperties.of(server.settings("public.t")));
        properties.put("slot.name", slot);
        properties.put("publication.name", slot);
        properties.put("publication.autocreate.mode", "filtered");
        properties.put("topic.prefix", slot);
        properties.put("decimal.handling.mode", mode.decimals);
        properties.put("time.precision.mode", mode.times);
        properties.put("interval.handling.mode", mode.intervals);
        properties.put("hstore.handling.mode", mode.hstore);
        properties.put("binary.handling.mode", mode.binary);
        properties.remove("heartbeat.action.query");
        return properties;
    }

    /** @return the changes so far, when there are so many */
    List<SourceRecord> await(int count) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .until(() -> {
                    List<SourceRecord> polled = task.poll();
                    if (polled != null) {
                        polled.stream().filter(ConnectorRun::isChange).forEach(changes::add);
                    }
                    return changes.size() >= count;
                });
        return changes;
    }

    private static boolean isChange(SourceRecord record) {
        return record.value() instanceof Struct value && value.schema().field("after") != null;
    }

    @Override
    public void close() {
        task.stop();
    }

    private record Context(Map<String, String> configs) implements SourceTaskContext {
        @Override
        public @Nullable PluginMetrics pluginMetrics() {
            return null;
        }

        @Override
        public OffsetStorageReader offsetStorageReader() {
            return new OffsetStorageReader() {
                @Override
                public <T> @Nullable Map<String, Object> offset(Map<String, T> partition) {
                    return null;
                }

                @Override
                public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
                    return Map.of();
                }
            };
        }
    }
}
