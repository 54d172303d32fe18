package io.firn.engine.debezium;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.PostgresConfig;
import io.firn.catalog.config.SourceConfig;
import io.firn.catalog.config.TableConfig;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Which database, which tables, and how much of them may wait in memory.
 *
 * @param topicPrefix Debezium's {@code topic.prefix}; the replication slot and the publication are named after it too
 * @param tables with their schema: {@code public.product}
 * @param queueRecords how many records may wait to be polled before the database is read no further
 * @param queueBytes how large they may be together
 * @param patience how long to wait for a slot that another process holds, and for a database that went away
 */
public record PostgresSettings(
        PostgresConfig database,
        String topicPrefix,
        List<String> tables,
        int queueRecords,
        long queueBytes,
        Duration patience) {
    private static final int QUEUE_RECORDS = 50_000;
    private static final long QUEUE_BYTES = 64L << 20;
    /** Longer than PostgreSQL's own wal_sender_timeout, after which it frees the slot of a client that has vanished. */
    private static final Duration PATIENCE = Duration.ofSeconds(75);
    /** PostgreSQL's NAMEDATALEN without its terminator. */
    private static final int MAX_NAME_BYTES = 63;

    private static final String NAME_PREFIX = "firn_";

    /** @throws FirnException when the prefix is too long to name a slot */
    public PostgresSettings {
        tables = List.copyOf(tables);
        if (queueRecords < 1 || queueBytes < 1) {
            throw new IllegalArgumentException(
                    "queueRecords and queueBytes must be positive but were " + queueRecords + " and " + queueBytes);
        }
        if (NAME_PREFIX.length() + topicPrefix.length() > MAX_NAME_BYTES) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID,
                    "source.topic-prefix must have at most %d characters, because a replication slot is named after it, but was %s"
                            .formatted(MAX_NAME_BYTES - NAME_PREFIX.length(), topicPrefix));
        }
    }

    /** @return the settings that a configuration with {@code source.type: postgres} means */
    public static PostgresSettings of(FirnConfig config) {
        SourceConfig source = config.source();
        return new PostgresSettings(
                Objects.requireNonNull(source.postgres()),
                source.topicPrefix(),
                config.tables().values().stream()
                        .map(TableConfig::source)
                        .distinct()
                        .toList(),
                QUEUE_RECORDS,
                QUEUE_BYTES,
                PATIENCE);
    }

    public PostgresSettings withPatience(Duration newPatience) {
        return new PostgresSettings(database, topicPrefix, tables, queueRecords, queueBytes, newPatience);
    }

    public PostgresSettings withQueue(int records, long bytes) {
        return new PostgresSettings(database, topicPrefix, tables, records, bytes, patience);
    }

    /** @return the name of the replication slot, also of the publication */
    public String slot() {
        return NAME_PREFIX + topicPrefix.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
    }

    String transactionTopic() {
        return topicPrefix + ".transaction";
    }

    String messageTopic() {
        return topicPrefix + ".message";
    }

    String heartbeatTopic() {
        return "__debezium-heartbeat." + topicPrefix;
    }
}
