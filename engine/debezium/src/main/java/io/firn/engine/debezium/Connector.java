package io.firn.engine.debezium;

import io.debezium.connector.common.DebeziumTaskState;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import io.debezium.connector.postgresql.PostgresOffsetContext;
import io.debezium.connector.postgresql.SourceInfo;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.Secret;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Debezium's PostgreSQL connector from one place in the log on, run as a worker of Kafka Connect would run it.
 *
 * <p>Debezium asks for a stored offset twice: when it starts, to go on there, and whenever it confirms to the slot. So
 * the offset it is given is the place to start at, and afterwards never what it has read but what was acknowledged. The
 * offset names a place between two transactions and no event, with which Debezium asks PostgreSQL for everything that
 * was committed after that place, and does not search for the event it would have stopped at.
 */
final class Connector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

    private final PostgresConnectorTask task = new PostgresConnectorTask();
    private volatile long offset;

    private Connector(long offset) {
        this.offset = offset;
    }

    /**
     * Starts and returns when the slot is there.
     *
     * @param lsn where to go on; 0 to read the tables first
     */
    static Connector start(PostgresSettings settings, long lsn) {
        Connector connector = new Connector(lsn);
        Map<String, String> properties = ConnectorProperties.of(settings);
        connector.task.initialize(connector.new Context(properties));
        try {
            connector.task.start(properties);
            connector.requireRunning(settings);
            connector.offset = 0;
            return connector;
        } catch (RuntimeException | Error e) {
            connector.close();
            throw e;
        }
    }

    /** Debezium's own second attempt would begin where it was acknowledged, and not where it was read. */
    private void requireRunning(PostgresSettings settings) {
        if (task.getTaskState() != DebeziumTaskState.RUNNING) {
            throw new FirnException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "source.postgres: %s went away while Debezium started"
                            .formatted(Secret.maskUri(settings.database().url())));
        }
    }

    /** @return the next records; empty when none came for a while */
    List<SourceRecord> poll() throws InterruptedException {
        List<SourceRecord> records = task.poll();
        return records == null ? List.of() : records;
    }

    /**
     * Lets the slot move to {@code lsn} with the next poll. Debezium may pass over it: it has to be said again.
     *
     * @param lsn what was acknowledged; 0 for nothing
     */
    void confirm(long lsn) throws InterruptedException {
        offset = lsn;
        task.commit();
    }

    /** Confirms what was acknowledged, as long as there is a connection, and leaves the slot to others. */
    @Override
    public void close() {
        try {
            task.stop();
        } catch (RuntimeException e) {
            LOG.debug("Debezium did not stop in order", e);
        }
    }

    private @Nullable Map<String, Object> offset() {
        long lsn = offset;
        return lsn == 0 ? null : Map.of(SourceInfo.LSN_KEY, lsn, PostgresOffsetContext.LAST_COMMIT_LSN_KEY, lsn);
    }

    private final class Context implements SourceTaskContext {
        private final Map<String, String> properties;

        Context(Map<String, String> properties) {
            this.properties = Map.copyOf(properties);
        }

        @Override
        public Map<String, String> configs() {
            return properties;
        }

        @Override
        public @Nullable PluginMetrics pluginMetrics() {
            return null;
        }

        @Override
        public OffsetStorageReader offsetStorageReader() {
            return new OffsetStorageReader() {
                @Override
                public <T> @Nullable Map<String, Object> offset(Map<String, T> partition) {
                    return Connector.this.offset();
                }

                @Override
                public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
                    Map<Map<String, T>, Map<String, Object>> offsets = new HashMap<>();
                    Map<String, Object> offset = Connector.this.offset();
                    if (offset != null) {
                        partitions.forEach(partition -> offsets.put(partition, offset));
                    }
                    return offsets;
                }
            };
        }
    }
}
