package io.firn.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.firn.demo.ConnectorSettings.Decimals;
import io.firn.demo.ConnectorSettings.JsonSchemas;
import io.firn.demo.ConnectorSettings.Snapshot;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class DebeziumToKafkaTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    static Path directory;

    static EmbeddedPostgres postgres;
    static EmbeddedKafka kafka;

    @BeforeAll
    static void start() {
        postgres = EmbeddedPostgres.start(directory.resolve("pg"));
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    }

    @AfterAll
    static void stop() {
        kafka.close();
        postgres.close();
    }

    @Test
    void rowsPresentAndChangesMadeArriveOnTheTablesTopic(TestInfo info) throws Exception {
        ConnectorSettings settings = shop(info);
        try (Connection connection = connect(settings);
                DebeziumToKafka connector = DebeziumToKafka.start(settings)) {
            connector.awaitCaughtUp(LIMIT);
            assertThat(operations(settings)).containsExactly("r");
            execute(
                    connection,
                    "INSERT INTO price VALUES (2, 20.00)",
                    "UPDATE price SET amount = 21.00 WHERE id = 2",
                    "DELETE FROM price WHERE id = 2",
                    "TRUNCATE price");
            connector.awaitCaughtUp(LIMIT);
        }
        assertThat(operations(settings)).containsExactly("r", "c", "u", "d", "t");
        assertThat(TopicReader.records(kafka, priceTopic(settings)))
                .filteredOn(record -> record.value() == null)
                .extracting(record -> new String(record.key(), UTF_8))
                .containsExactly("{\"id\":2}");
    }

    @Test
    void continuesAfterARestartWithWhatHappenedMeanwhile(TestInfo info) throws Exception {
        ConnectorSettings settings = shop(info);
        try (Connection connection = connect(settings)) {
            try (DebeziumToKafka connector = DebeziumToKafka.start(settings)) {
                connector.awaitCaughtUp(LIMIT);
            }
            execute(connection, "INSERT INTO price VALUES (2, 20.00)");
            try (DebeziumToKafka connector = DebeziumToKafka.start(settings)) {
                connector.awaitCaughtUp(LIMIT);
            }
        }
        assertThat(operations(settings)).containsExactly("r", "c");
    }

    @Test
    void whatPostgresWritesForItselfIsNotWaitedForInVain(TestInfo info) throws Exception {
        ConnectorSettings settings = shop(info);
        try (Connection connection = connect(settings);
                DebeziumToKafka connector = DebeziumToKafka.start(settings)) {
            connector.awaitCaughtUp(LIMIT);
            execute(connection, "INSERT INTO price VALUES (2, 20.00)", "CHECKPOINT");
            connector.awaitCaughtUp(LIMIT);
        }
        assertThat(operations(settings)).containsExactly("r", "c");
    }

    @Test
    void transactionsAndMarkersHaveATopicWithOnePartition(TestInfo info) throws Exception {
        ConnectorSettings settings = shop(info).withTablePartitions(3);
        try (Connection connection = connect(settings);
                DebeziumToKafka connector = DebeziumToKafka.start(settings)) {
            connector.awaitCaughtUp(LIMIT);
            ShopWorkload.closeDay(connection, LocalDate.of(2026, 11, 18));
            connector.awaitCaughtUp(LIMIT);
        }
        assertThat(TopicReader.values(kafka, settings.transactionTopic()))
                .extracting(value -> value.get("status").asText())
                .containsExactly("BEGIN", "END");
        JsonNode message =
                TopicReader.values(kafka, settings.messageTopic()).get(0).get("message");
        assertThat(message.get("prefix").asText()).isEqualTo(ShopWorkload.DAY_CLOSE_PREFIX);
        assertThat(new String(Base64.getDecoder().decode(message.get("content").asText()), UTF_8))
                .isEqualTo("2026-11-18");
        assertThat(partitions(settings.transactionTopic())).isEqualTo(1);
        assertThat(partitions(settings.messageTopic())).isEqualTo(1);
        assertThat(partitions(settings.heartbeatTopic())).isEqualTo(1);
        assertThat(partitions(priceTopic(settings))).isEqualTo(3);
    }

    @Test
    void aNullStaysNullInAColumnThatHasADefault(TestInfo info) throws Exception {
        ConnectorSettings settings = shop(info).with(Snapshot.NO_DATA);
        try (Connection connection = connect(settings);
                DebeziumToKafka connector = DebeziumToKafka.start(settings)) {
            connector.awaitCaughtUp(LIMIT);
            execute(connection, "INSERT INTO price VALUES (2, 20.00, NULL)");
            connector.awaitCaughtUp(LIMIT);
        }
        List<JsonNode> values = TopicReader.values(kafka, priceTopic(settings));
        assertThat(values).hasSize(1);
        assertThat(values.get(0).get("after").get("currency").isNull()).isTrue();
    }

    @Test
    void decimalsAndSchemasComeInTheFormAskedFor(TestInfo info) throws Exception {
        ConnectorSettings settings = shop(info).with(Decimals.STRING).with(JsonSchemas.EMBEDDED);
        try (DebeziumToKafka connector = DebeziumToKafka.start(settings)) {
            connector.awaitCaughtUp(LIMIT);
        }
        JsonNode value = TopicReader.values(kafka, priceTopic(settings)).get(0);
        assertThat(value.get("payload").get("after").get("amount").asText()).isEqualTo("10.00");
        assertThat(value.get("schema")
                        .get("fields")
                        .get(1)
                        .get("fields")
                        .get(1)
                        .get("type")
                        .asText())
                .isEqualTo("string");
    }

    @Test
    void aConnectorThatCannotGoOnSaysWhy() {
        ConnectorSettings settings = ConnectorSettings.of(
                postgres.jdbcUrl("nowhere"), kafka.bootstrapServers(), directory.resolve("nowhere"), "nowhere");
        try (DebeziumToKafka connector = DebeziumToKafka.start(settings)) {
            await().atMost(LIMIT).until(() -> connector.failure().isPresent());
            assertThat(connector.failure().orElseThrow())
                    .hasStackTraceContaining("database \"nowhere\" does not exist");
        }
    }

    private static ConnectorSettings shop(TestInfo info) throws SQLException {
        String name = info.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
        String database = name.substring(0, Math.min(40, name.length()));
        String url = postgres.createDatabase(database);
        try (Connection connection = DriverManager.getConnection(url)) {
            execute(
                    connection,
                    "CREATE TABLE price (id bigint PRIMARY KEY, amount numeric(12,2), currency text DEFAULT 'EUR')",
                    "INSERT INTO price VALUES (1, 10.00)");
        }
        return ConnectorSettings.of(url, kafka.bootstrapServers(), directory.resolve(database), database);
    }

    private static Connection connect(ConnectorSettings settings) throws SQLException {
        return DriverManager.getConnection(settings.jdbcUrl());
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String priceTopic(ConnectorSettings settings) {
        return settings.topicPrefix() + ".public.price";
    }

    private static List<String> operations(ConnectorSettings settings) throws Exception {
        return TopicReader.values(kafka, priceTopic(settings)).stream()
                .map(value -> value.get("op").asText())
                .toList();
    }

    private static long partitions(String topic) throws Exception {
        return TopicReader.partitions(kafka, topic);
    }
}
