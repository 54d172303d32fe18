package io.firn.engine.debezium;

import io.debezium.connector.postgresql.PostgresConnector;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** {@link PostgresSettings} in Debezium's words. */
final class ConnectorProperties {
    /** Below this distance it is not worth a record in an idle database's log to let the slot move on. */
    private static final long WORTHWHILE_WAL_BYTES = 16L << 20;

    private static final Set<PGProperty> GIVEN_APART =
            Set.of(PGProperty.PG_HOST, PGProperty.PG_PORT, PGProperty.PG_DBNAME, PGProperty.USER, PGProperty.PASSWORD);

    private ConnectorProperties() {}

    static Map<String, String> of(PostgresSettings settings) {
        Map<String, String> properties = new HashMap<>(database(settings));
        properties.put("name", settings.slot());
        properties.put("connector.class", PostgresConnector.class.getName());
        properties.put("topic.prefix", settings.topicPrefix());
        properties.put("plugin.name", "pgoutput");
        properties.put("slot.name", settings.slot());
        properties.put("slot.drop.on.stop", "false");
        properties.put("publication.name", settings.slot());
        properties.put("publication.autocreate.mode", "disabled");
        properties.put(
                "table.include.list",
                settings.tables().stream().map(ConnectorProperties::literally).collect(Collectors.joining(",")));
        properties.put("snapshot.mode", "initial");
        properties.put("provide.transaction.metadata", "true");
        properties.put("skipped.operations", "none");
        properties.put("tombstones.on.delete", "false");
        properties.put("extended.headers.enabled", "false");
        properties.putAll(forms());
        properties.putAll(confirmation(settings));
        properties.putAll(pace(settings));
        return properties;
    }

    private static Map<String, String> database(PostgresSettings settings) {
        Properties url = Driver.parseURL(settings.database().url(), null);
        if (url == null || value(PGProperty.PG_HOST, url).contains(",")) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID,
                    "source.postgres.url must name one server, as in jdbc:postgresql://host/database");
        }
        Map<String, String> properties = new HashMap<>();
        properties.put("database.hostname", value(PGProperty.PG_HOST, url));
        properties.put("database.port", value(PGProperty.PG_PORT, url));
        properties.put("database.dbname", value(PGProperty.PG_DBNAME, url));
        properties.put("database.user", settings.database().user());
        properties.put("database.password", settings.database().password().value());
        Set<String> apart = GIVEN_APART.stream().map(PGProperty::getName).collect(Collectors.toSet());
        url.stringPropertyNames().stream()
                .filter(name -> !apart.contains(name))
                .forEach(name -> properties.put("driver." + name, url.getProperty(name)));
        return properties;
    }

    private static String value(PGProperty property, Properties url) {
        String value = property.getOrDefault(url);
        return value == null ? "" : value;
    }

    /** The list is one of regular expressions. */
    private static String literally(String table) {
        return table.replaceAll("[^A-Za-z0-9_]", "\\\\$0");
    }

    /** As io.firn.engine.decode.SourceEncoding#IN_PROCESS expects them: what loses nothing. */
    private static Map<String, String> forms() {
        return Map.of(
                "decimal.handling.mode", "string",
                "time.precision.mode", "microseconds",
                "interval.handling.mode", "string",
                "hstore.handling.mode", "json",
                "binary.handling.mode", "bytes",
                "include.unknown.datatypes", "true");
    }

    /**
     * The slot moves only when it is told to, neither by the driver nor at the start. From PostgreSQL 15 on a stream is
     * silent about transactions in other tables: then a message in the log gives a place to move to.
     */
    private static Map<String, String> confirmation(PostgresSettings settings) {
        String slot = settings.slot();
        return Map.of(
                "lsn.flush.mode", "connector",
                "offset.mismatch.strategy", "no_validation",
                "heartbeat.interval.ms", "3000",
                "heartbeat.action.query",
                        ("SELECT pg_logical_emit_message(true, 'firn.heartbeat', '') FROM pg_replication_slots"
                                        + " WHERE slot_name = '%s' AND pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn) > %d")
                                .formatted(slot, WORTHWHILE_WAL_BYTES));
    }

    /** A failure ends the connector at once: {@link Reader} knows better where to go on. */
    private static Map<String, String> pace(PostgresSettings settings) {
        int records = Math.max(2, Math.min(8192, settings.queueRecords()));
        return Map.of(
                "errors.max.retries", "0",
                "slot.max.retries", "3",
                "slot.retry.delay.ms", "500",
                "executor.shutdown.timeout.ms", "1000",
                "poll.interval.ms", "20",
                "max.batch.size", Integer.toString(records / 2),
                "max.queue.size", Integer.toString(records),
                "max.queue.size.in.bytes", Long.toString(Math.max(1, settings.queueBytes() / 2)));
    }
}
