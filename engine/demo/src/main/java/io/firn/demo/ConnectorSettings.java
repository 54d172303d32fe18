package io.firn.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a {@link DebeziumToKafka} reads, and in which form it writes. Tables are named {@code schema.table}; an empty
 * list means every table of {@code schemas}. The topics of listed tables exist from the start, the others with their
 * first record.
 *
 * @param jdbcUrl the PostgreSQL database, user and password included
 * @param bootstrapServers the Kafka cluster
 * @param directory where the connector keeps its offsets
 * @param topicPrefix first part of every topic name, also of the replication slot's and the publication's
 * @param tablePartitions partitions of each table's topic; transaction, message and heartbeat topics always have one
 */
public record ConnectorSettings(
        String jdbcUrl,
        String bootstrapServers,
        Path directory,
        String topicPrefix,
        List<String> schemas,
        List<String> tables,
        int tablePartitions,
        Decimals decimals,
        JsonSchemas jsonSchemas,
        Snapshot snapshot,
        Duration heartbeat) {

    /** The form of {@code numeric} values: Debezium's {@code decimal.handling.mode}. */
    public enum Decimals {
        PRECISE,
        STRING,
        DOUBLE;

        String mode() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether each record repeats its own schema. */
    public enum JsonSchemas {
        EMBEDDED,
        ABSENT
    }

    /** Debezium's {@code snapshot.mode}, as far as it is of use here. */
    public enum Snapshot {
        /** Read the tables once, then stream. */
        INITIAL,
        /** Only stream, from where the slot was created. */
        NO_DATA,
        /** Read the tables at every start. */
        ALWAYS;

        String mode() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public ConnectorSettings {
        schemas = List.copyOf(schemas);
        tables = List.copyOf(tables);
        if (tablePartitions < 1) {
            throw new IllegalArgumentException("tablePartitions must be positive but was " + tablePartitions);
        }
        if (!topicPrefix.matches("[a-zA-Z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "topicPrefix must be letters, digits, '.', '_' and '-' but was '" + topicPrefix + "'");
        }
    }

    /**
     * All tables of schema {@code public}, one partition each, precise decimals, no JSON schemas, an initial snapshot.
     */
    public static ConnectorSettings of(String jdbcUrl, String bootstrapServers, Path directory, String topicPrefix) {
        return new ConnectorSettings(
                jdbcUrl,
                bootstrapServers,
                directory,
                topicPrefix,
                List.of("public"),
                List.of(),
                1,
                Decimals.PRECISE,
                JsonSchemas.ABSENT,
                Snapshot.INITIAL,
                Duration.ofSeconds(1));
    }

    public ConnectorSettings withSchemas(String... names) {
        return copy(List.of(names), tables, tablePartitions, decimals, jsonSchemas, snapshot, heartbeat);
    }

    public ConnectorSettings withTables(String... names) {
        return copy(schemas, List.of(names), tablePartitions, decimals, jsonSchemas, snapshot, heartbeat);
    }

    public ConnectorSettings withTablePartitions(int partitions) {
        return copy(schemas, tables, partitions, decimals, jsonSchemas, snapshot, heartbeat);
    }

    public ConnectorSettings with(Decimals form) {
        return copy(schemas, tables, tablePartitions, form, jsonSchemas, snapshot, heartbeat);
    }

    public ConnectorSettings with(JsonSchemas form) {
        return copy(schemas, tables, tablePartitions, decimals, form, snapshot, heartbeat);
    }

    public ConnectorSettings with(Snapshot mode) {
        return copy(schemas, tables, tablePartitions, decimals, jsonSchemas, mode, heartbeat);
    }

    public ConnectorSettings withHeartbeat(Duration interval) {
        return copy(schemas, tables, tablePartitions, decimals, jsonSchemas, snapshot, interval);
    }

    /** Only the tables of the shop. */
    public ConnectorSettings withShopTables() {
        return withTables(
                Arrays.stream(ShopTable.values()).map(ShopTable::qualified).toArray(String[]::new));
    }

    private ConnectorSettings copy(
            List<String> newSchemas,
            List<String> newTables,
            int partitions,
            Decimals decimalForm,
            JsonSchemas schemaForm,
            Snapshot mode,
            Duration interval) {
        return new ConnectorSettings(
                jdbcUrl,
                bootstrapServers,
                directory,
                topicPrefix,
                newSchemas,
                newTables,
                partitions,
                decimalForm,
                schemaForm,
                mode,
                interval);
    }

    /** The topic of a table, which is named {@code schema.table}. */
    public String topic(String table) {
        return topicPrefix + "." + table;
    }

    public String transactionTopic() {
        return topicPrefix + ".transaction";
    }

    public String messageTopic() {
        return topicPrefix + ".message";
    }

    public String heartbeatTopic() {
        return "__debezium-heartbeat." + topicPrefix;
    }

    /** The replication slot, also the publication. */
    public String slot() {
        return "firn_" + topicPrefix.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
    }
}
