package io.firn.cli.init;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Writes the configuration of a Debezium connector, to be posted to Kafka Connect after the first load. */
final class ConnectorPage {
    private final ProjectSettings settings;
    private final Properties url;

    ConnectorPage(ProjectSettings settings) {
        this.settings = settings;
        Properties parsed = Driver.parseURL(settings.url(), null);
        this.url = parsed == null ? new Properties() : parsed;
    }

    String text(List<TableFacts> tables) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            json.writeStartObject();
            json.writeStringField("name", settings.slot());
            json.writeObjectFieldStart("config");
            for (Map.Entry<String, String> property : properties(tables).entrySet()) {
                json.writeStringField(property.getKey(), property.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text + "\n";
    }

    private Map<String, String> properties(List<TableFacts> tables) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        properties.put("tasks.max", "1");
        properties.put("database.hostname", value(PGProperty.PG_HOST));
        properties.put("database.port", value(PGProperty.PG_PORT));
        properties.put("database.dbname", value(PGProperty.PG_DBNAME));
        properties.put("database.user", settings.user());
        properties.put("database.password", "${env:FIRN_PG_PASSWORD}");
        properties.put("topic.prefix", settings.topicPrefix());
        properties.put("plugin.name", "pgoutput");
        properties.put("slot.name", settings.slot());
        properties.put("slot.drop.on.stop", "false");
        properties.put("publication.name", settings.slot());
        properties.put("publication.autocreate.mode", "disabled");
        properties.put(
                "table.include.list",
                tables.stream()
                        .filter(table -> !table.key().isEmpty())
                        .map(table -> table.source().name().replaceAll("[^A-Za-z0-9_]", "\\\\$0"))
                        .collect(Collectors.joining(",")));
        properties.put("snapshot.mode", "no_data");
        properties.put("provide.transaction.metadata", "true");
        properties.put("skipped.operations", "none");
        properties.put("decimal.handling.mode", "precise");
        properties.put("time.precision.mode", "adaptive");
        properties.put("heartbeat.interval.ms", "3000");
        properties.put("heartbeat.action.query", "SELECT pg_logical_emit_message(true, 'firn.heartbeat', '')");
        for (String converter : List.of("key.converter", "value.converter")) {
            properties.put(converter, "org.apache.kafka.connect.json.JsonConverter");
            properties.put(converter + ".schemas.enable", "false");
            properties.put(converter + ".replace.null.with.default", "false");
        }
        return properties;
    }

    private String value(PGProperty property) {
        String value = property.getOrDefault(url);
        return value == null ? "" : value;
    }
}
