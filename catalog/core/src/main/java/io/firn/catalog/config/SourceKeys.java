package io.firn.catalog.config;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code source}: where changes come from. */
final class SourceKeys {

    static final Key<String> URL = Key.required(
            "url",
            Types.matching(
                    "JDBC URL", Pattern.compile("jdbc:postgresql:.+"), "must be a URL beginning with jdbc:postgresql:"),
            "The database, as in `jdbc:postgresql://localhost/shop`.");
    static final Key<String> USER = Key.required(
            "user",
            Types.TEXT,
            "The role to log in as. In-process Debezium needs the REPLICATION attribute; checks need SELECT only.");
    static final Key<Secret> PASSWORD =
            Key.secret("password", "Its password; write `${NAME}` to take it from the environment.");
    static final Section POSTGRES = new Section(
            "postgres",
            Section.Form.OPTIONAL,
            "The PostgreSQL database behind the changes: the source itself for `postgres`, and what the lake is compared"
                    + " with for all types.",
            List.of(URL, USER, PASSWORD),
            List.of());

    static final Key<SourceType> TYPE = Key.optional(
            "type",
            Types.oneOf(SourceType.class),
            "kafka",
            "`kafka` reads Debezium topics; `postgres` runs Debezium in this process and needs no Kafka; `files` reads"
                    + " change events from files.");
    static final Key<String> BOOTSTRAP_SERVERS = Key.optional(
            "bootstrap-servers",
            Types.TEXT,
            "Kafka's addresses, `host:port` with commas between. Required for `kafka`.");
    static final Key<String> TOPIC_PREFIX = Key.optional(
            "topic-prefix",
            Types.TEXT,
            "firn",
            "Debezium's `topic.prefix`: changes of `public.product` are in the topic `<prefix>.public.product`.");
    static final Key<EventFormat> FORMAT =
            Key.optional("format", Types.oneOf(EventFormat.class), "json", "How change events are encoded.");
    static final Key<String> REGISTRY_URL = Key.required(
            "url",
            Types.matching("URL", Pattern.compile("https?://.+"), "must be a URL beginning with http: or https:"),
            "The registry's address, as in `http://localhost:8081`.");
    static final Key<String> REGISTRY_USER =
            Key.optional("user", Types.TEXT, "For basic authentication. Left out, there is none.");
    static final Key<Secret> REGISTRY_PASSWORD = Key.optional(
            "password", Types.SECRET, "The user's password; write `${NAME}` to take it from the environment.");
    static final Section REGISTRY = new Section(
            "schema-registry",
            Section.Form.OPTIONAL,
            "Where the schemas of Avro records are: a registry with Confluent's interface. Required for `format: avro`.",
            List.of(REGISTRY_URL, REGISTRY_USER, REGISTRY_PASSWORD),
            List.of());
    static final Key<String> PATH =
            Key.optional("path", Types.TEXT, "Folder with files of change events. Required for `files`.");
    static final Key<Map<String, String>> KAFKA = Key.optional(
            "kafka",
            Types.PROPERTIES,
            "Further Kafka consumer properties, such as `security.protocol`, handed through as they are.");
    static final Key<DecimalHandling> DECIMALS = Key.optional(
            "decimal-handling",
            Types.oneOf(DecimalHandling.class),
            "precise",
            "Debezium's `decimal.handling.mode` of the connector that writes the events.");
    static final Key<TimePrecision> TIMES = Key.optional(
            "time-precision",
            Types.oneOf(TimePrecision.class),
            "adaptive",
            "Debezium's `time.precision.mode` of the connector that writes the events.");
    static final Key<BinaryHandling> BINARY = Key.optional(
            "binary-handling",
            Types.oneOf(BinaryHandling.class),
            "bytes",
            "Debezium's `binary.handling.mode` of the connector that writes the events.");
    static final Key<String> DAY_CLOSE = Key.optional(
            "day-close-marker-prefix",
            Types.TEXT,
            "firn.day-close",
            "Prefix of the logical message (`pg_logical_emit_message`) that closes a business day, for"
                    + " `snapshots.close: marker`.");
    static final Key<String> REMARKS = Key.optional(
            "remark-prefix",
            Types.TEXT,
            "firn.tx.",
            "What the prefix of logical messages begins with that say something about their own transaction, such as"
                    + " `firn.tx.user` and `firn.tx.reason`: `firn audit changes` shows both beside each change.");
    static final Section SOURCE = new Section(
            "source",
            Section.Form.ALWAYS,
            "Where changes come from.",
            List.of(
                    TYPE,
                    BOOTSTRAP_SERVERS,
                    TOPIC_PREFIX,
                    FORMAT,
                    PATH,
                    KAFKA,
                    DECIMALS,
                    TIMES,
                    BINARY,
                    DAY_CLOSE,
                    REMARKS),
            List.of(POSTGRES, REGISTRY));

    private SourceKeys() {}

    static void check(Values source, Problems problems) {
        SourceType type = source.find(TYPE).orElse(SourceType.FILES);
        String missing = switch (type) {
            case KAFKA -> source.find(BOOTSTRAP_SERVERS).isEmpty() ? "bootstrap-servers" : "";
            case POSTGRES -> source.findPart(POSTGRES).isEmpty() ? "postgres" : "";
            case FILES -> source.find(TYPE).isPresent() && source.find(PATH).isEmpty() ? "path" : "";
        };
        if (!missing.isEmpty()) {
            problems.add(source.line(), source.path(missing) + " must be given for type " + Types.name(type));
        }
        boolean isAvro = source.find(FORMAT).orElse(EventFormat.JSON) == EventFormat.AVRO;
        if (isAvro && source.findPart(REGISTRY).isEmpty()) {
            problems.add(source.line(), source.path("schema-registry") + " must be given for format avro");
        }
    }

    static SourceConfig build(Values source, Folder folder) {
        return new SourceConfig(
                source.of(TYPE),
                source.find(BOOTSTRAP_SERVERS).orElse(null),
                source.of(TOPIC_PREFIX),
                source.of(FORMAT),
                source.findPart(REGISTRY).map(SourceKeys::registry).orElse(null),
                source.find(PATH).map(folder::resolve).orElse(null),
                source.find(KAFKA).orElse(Map.of()),
                source.findPart(POSTGRES).map(SourceKeys::postgres).orElse(null),
                source.of(DECIMALS),
                source.of(TIMES),
                source.of(BINARY),
                source.of(DAY_CLOSE),
                source.of(REMARKS));
    }

    private static SchemaRegistryConfig registry(Values registry) {
        return new SchemaRegistryConfig(
                registry.of(REGISTRY_URL),
                registry.find(REGISTRY_USER).orElse(null),
                registry.find(REGISTRY_PASSWORD).orElse(null));
    }

    private static PostgresConfig postgres(Values postgres) {
        return new PostgresConfig(postgres.of(URL), postgres.of(USER), postgres.of(PASSWORD));
    }
}
