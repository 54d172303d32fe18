package io.firn.demo;

import io.firn.demo.ConnectorSettings.JsonSchemas;
import java.util.List;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** {@link ConnectorSettings} in Debezium's words. */
final class ConnectorProperties {
    private ConnectorProperties() {}

    static Properties of(ConnectorSettings settings) {
        Properties properties = new Properties();
        properties.putAll(database(settings.jdbcUrl()));
        properties.setProperty("name", settings.slot());
        properties.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        properties.setProperty("plugin.name", "pgoutput");
        properties.setProperty("slot.name", settings.slot());
        properties.setProperty("publication.name", settings.slot());
        properties.setProperty("publication.autocreate.mode", "filtered");
        properties.setProperty("topic.prefix", settings.topicPrefix());
        properties.setProperty("schema.include.list", String.join(",", settings.schemas()));
        if (!settings.tables().isEmpty()) {
            properties.setProperty("table.include.list", String.join(",", settings.tables()));
        }
        properties.setProperty("snapshot.mode", settings.snapshot().mode());
        properties.setProperty("provide.transaction.metadata", "true");
        properties.setProperty("skipped.operations", "none");
        properties.setProperty("extended.headers.enabled", "false");
        properties.setProperty("decimal.handling.mode", settings.decimals().mode());
        properties.setProperty(
                "heartbeat.interval.ms", Long.toString(settings.heartbeat().toMillis()));
        properties.putAll(form(settings.jsonSchemas()));
        properties.putAll(offsets(settings));
        properties.putAll(pace());
        return properties;
    }

    private static Properties database(String jdbcUrl) {
        Properties url = Driver.parseURL(jdbcUrl, null);
        if (url == null) {
            throw new IllegalArgumentException("jdbcUrl must be a PostgreSQL URL but was '" + jdbcUrl + "'");
        }
        Properties properties = new Properties();
        properties.setProperty("database.hostname", value(PGProperty.PG_HOST, url));
        properties.setProperty("database.port", value(PGProperty.PG_PORT, url));
        properties.setProperty("database.dbname", value(PGProperty.PG_DBNAME, url));
        properties.setProperty("database.user", value(PGProperty.USER, url));
        properties.setProperty("database.password", value(PGProperty.PASSWORD, url));
        return properties;
    }

    private static String value(PGProperty property, Properties url) {
        String value = property.getOrDefault(url);
        return value == null ? "" : value;
    }

    private static Properties form(JsonSchemas schemas) {
        String enabled = Boolean.toString(schemas == JsonSchemas.EMBEDDED);
        Properties properties = new Properties();
        for (String converter : List.of("converter", "key.converter", "value.converter", "header.converter")) {
            properties.setProperty(converter + ".schemas.enable", enabled);
            // Otherwise a NULL in a column that has a default is written as that default.
            properties.setProperty(converter + ".replace.null.with.default", "false");
        }
        return properties;
    }

    private static Properties offsets(ConnectorSettings settings) {
        Properties properties = new Properties();
        properties.setProperty("offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
        properties.setProperty(
                "offset.storage.file.filename",
                settings.directory().resolve("offsets.dat").toString());
        properties.setProperty("offset.flush.interval.ms", "500");
        return properties;
    }

    private static Properties pace() {
        Properties properties = new Properties();
        properties.setProperty("poll.interval.ms", "20");
        properties.setProperty("max.batch.size", "8192");
        properties.setProperty("max.queue.size", "32768");
        properties.setProperty("slot.drop.on.stop", "false");
        return properties;
    }
}
