package io.firn.e2e;

import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.demo.ConnectorSettings;
import io.firn.demo.DebeziumToKafka;
import io.firn.demo.EmbeddedKafka;
import io.firn.demo.EmbeddedPostgres;
import io.firn.demo.ShopSchema;
import io.firn.demo.ShopTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** A shop's database on real servers, each of its changes in Kafka, and a firn.yaml that brings them into a lake. */
final class Shop implements AutoCloseable {
    static final LocalDate FIRST_DAY = LocalDate.of(2026, 11, 18);
    static final String TOPIC_PREFIX = "shop";
    private static final String LOCAL_CATALOG =
            "{ type: jdbc, uri: \"jdbc:sqlite:./lake/catalog.db\", warehouse: \"./lake/warehouse\" }";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final EmbeddedPostgres postgres;
    private final EmbeddedKafka kafka;
    private final DebeziumToKafka debezium;
    private final Path yaml;

    private Shop(EmbeddedPostgres postgres, EmbeddedKafka kafka, DebeziumToKafka debezium, Path yaml) {
        this.postgres = postgres;
        this.kafka = kafka;
        this.debezium = debezium;
        this.yaml = yaml;
    }

    /** Opens a shop of so many products, all of whose rows are in Kafka. */
    static Shop open(Path directory, int products, long seed, Duration commitInterval)
            throws SQLException, IOException {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(directory.resolve("postgres"));
        try (Connection connection = postgres.connect()) {
            ShopSchema.create(connection);
            ShopSchema.seed(connection, products, seed, FIRST_DAY);
        }
        EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        DebeziumToKafka debezium = DebeziumToKafka.start(ConnectorSettings.of(
                        postgres.jdbcUrl(), kafka.bootstrapServers(), directory.resolve("debezium"), TOPIC_PREFIX)
                .withShopTables());
        Path yaml =
                Files.writeString(directory.resolve("firn.yaml"), yaml(postgres, kafka, commitInterval, LOCAL_CATALOG));
        Shop shop = new Shop(postgres, kafka, debezium, yaml);
        shop.awaitInKafka();
        return shop;
    }

    /** Writes a configuration of another lake for the same shop, in a folder of its own. */
    Path yamlOf(Path directory, String catalog) throws IOException {
        return Files.writeString(
                Files.createDirectories(directory).resolve("firn.yaml"),
                yaml(postgres, kafka, Duration.ofSeconds(1), catalog));
    }

    private static String yaml(
            EmbeddedPostgres postgres, EmbeddedKafka kafka, Duration commitInterval, String catalog) {
        String tables = Arrays.stream(ShopTable.values())
                .map(table -> "  %s: { source: %s, key: [%s], sort-by: [%s]%s }"
                        .formatted(
                                table.table(),
                                table.qualified(),
                                String.join(", ", table.key()),
                                String.join(", ", table.key()),
                                table == ShopTable.PRICE ? ", partition-by: [\"bucket(2, product_id)\"]" : ""))
                .collect(Collectors.joining("\n"));
        return """
                lake:
                  catalog: %s
                  namespace: atlas
                source:
                  type: kafka
                  bootstrap-servers: "%s"
                  topic-prefix: %s
                  postgres: { url: "%s", user: %s, password: none }
                tables:
                %s
                commit: { interval: %dms, rows: 1000000, bytes: 256MB }
                snapshots: { zone: UTC, close: marker }
                workbench: { memory: 512MB, threads: 2 }
                """.formatted(
                        catalog,
                        kafka.bootstrapServers(),
                        TOPIC_PREFIX,
                        postgres.jdbcUrl(),
                        postgres.user(),
                        tables,
                        commitInterval.toMillis());
    }

    Path yaml() {
        return yaml;
    }

    FirnConfig config() {
        return ConfigLoader.load(yaml, Map.of());
    }

    EmbeddedPostgres postgres() {
        return postgres;
    }

    EmbeddedKafka kafka() {
        return kafka;
    }

    static String topic(ShopTable table) {
        return TOPIC_PREFIX + "." + table.qualified();
    }

    /** Returns when everything committed so far is in Kafka. */
    void awaitInKafka() throws SQLException {
        debezium.awaitCaughtUp(PATIENCE);
    }

    /** Writes to the lake what is in Kafka now. */
    void ingest() {
        CommandRun run = CommandRun.of(Map.of(), "-c", yaml.toString(), "ingest", "--until-caught-up");
        if (run.exitCode() != 0) {
            throw new AssertionError("firn ingest ended with " + run.exitCode() + ": " + run.err());
        }
    }

    @Override
    public void close() {
        debezium.close();
        kafka.close();
        postgres.close();
    }
}
