package io.firn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.demo.EmbeddedKafka;
import io.firn.demo.EmbeddedPostgres;
import io.firn.demo.EmbeddedRedis;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

    private static final String CONFIG = """
            lake:
              catalog: { warehouse: "${WAREHOUSE:-./lake/warehouse}" }
              namespace: atlas
            source:
              bootstrap-servers: "${KAFKA}"
              topic-prefix: atlas
              postgres: { url: "${PG_URL}", user: "${PG_USER}", password: "${PG_PASSWORD:-right}" }
            tables:
              product: { source: "${PRODUCT:-public.product}", key: ["${KEY:-product_id}"] }
            serving: { redis: { uri: "${REDIS}", tables: {} } }
            """;

    @TempDir
    private static Path servers;

    private static EmbeddedKafka kafka;
    private static EmbeddedPostgres postgres;
    private static EmbeddedRedis redis;

    @TempDir
    private Path folder;

    private Path config;
    private Map<String, String> environment;

    @BeforeAll
    static void startServers() throws Exception {
        kafka = EmbeddedKafka.start(servers.resolve("kafka"));
        kafka.createTopic("atlas.public.product", 1);
        redis = EmbeddedRedis.start();
        postgres = EmbeddedPostgres.start(servers.resolve("postgres"));
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE product (product_id bigint PRIMARY KEY, title text)");
            statement.execute("CREATE TABLE secret (product_id bigint PRIMARY KEY)");
            statement.execute("CREATE ROLE auditor LOGIN PASSWORD 'right'");
            statement.execute("GRANT SELECT ON product TO auditor");
            Path rules = servers.resolve("postgres/pg_hba.conf");
            Files.writeString(rules, "host all auditor all scram-sha-256\n" + Files.readString(rules));
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    @AfterAll
    static void stopServers() {
        postgres.close();
        redis.close();
        kafka.close();
    }

    @BeforeEach
    void writeConfiguration() throws IOException {
        config = Files.writeString(folder.resolve("firn.yaml"), CONFIG);
        environment = Map.of(
                "KAFKA", kafka.bootstrapServers(),
                "PG_URL", url(),
                "PG_USER", "auditor",
                "REDIS", redis.uri());
    }

    @Test
    void everythingThereIsOk() {
        CommandRun run = check(Map.of(), "--output", "csv");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("""
                        check,result,detail
                        configuration,ok,"%s, 1 tables"
                        catalog,ok,"jdbc:sqlite:%s/lake/catalog.db, 0 tables in atlas"
                        warehouse,ok,file:%s/lake/warehouse is writable
                        kafka,ok,"%s, 1 topics"
                        postgres,ok,"PostgreSQL 14.%s, 1 tables"
                        redis,ok,"%s, 0 tables"
                        """.formatted(
                        config,
                        folder,
                        folder,
                        kafka.bootstrapServers(),
                        run.out().replaceAll("(?s).*PostgreSQL 14\\.([^,]*),.*", "$1"),
                        redis.uri().replace("redis://", "redis at ")));
        assertThat(folder.resolve("lake/warehouse")).isEmptyDirectory();
    }

    @Test
    void aRuleOfAColumnThatIsNotThereIsFoundWithTheNearestOne() throws IOException {
        Files.writeString(
                config,
                CONFIG.replace("product_id}\"] }", "product_id}\"], rules: { named: { that: titel <> '' } } }"));

        CommandRun run = check(Map.of(), "--output", "csv");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().strip())
                .isEqualTo(
                        "firn: tables.product.rules.named.that names titel, which is not a column; did you mean title?");
    }

    @Test
    void allProblemsAreReportedAtOnceOneLineEach() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        int port = unusedPort();

        CommandRun run = check(Map.of(
                "WAREHOUSE", file + "/warehouse",
                "KAFKA", "localhost:" + port,
                "PG_PASSWORD", "wrong",
                "REDIS", "redis://localhost:" + port));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().lines())
                .satisfiesExactly(
                        warehouse -> assertThat(warehouse)
                                .startsWith("firn: lake.catalog.warehouse must be writable but file:" + file
                                        + "/warehouse is not: "),
                        kafkaLine -> assertThat(kafkaLine)
                                .isEqualTo("firn: source.bootstrap-servers: Kafka at localhost:" + port
                                        + " did not answer within 5 s"),
                        login -> assertThat(login)
                                .startsWith("firn: source.postgres: " + url())
                                .contains(" refused the login of auditor: ")
                                .doesNotContain("wrong"),
                        redisLine -> assertThat(redisLine)
                                .startsWith("firn: redis at localhost:" + port + " cannot be reached: "));
        assertThat(run.out().lines().map(line -> line.replaceAll("^(\\S+) +(\\S+).*", "$1 $2")))
                .containsExactly(
                        "check result",
                        "------------- ------",
                        "configuration ok",
                        "catalog ok",
                        "warehouse failed",
                        "kafka failed",
                        "postgres failed",
                        "redis failed");
    }

    @Test
    void aServerThatIsDownIsAFailureAndNotWrongConfiguration() throws IOException {
        CommandRun run = check(Map.of("PG_URL", "jdbc:postgresql://localhost:" + unusedPort() + "/shop"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .matches("firn: source.postgres: jdbc:postgresql://localhost:\\d+/shop cannot be reached: .*\n");
    }

    @Test
    void aMissingTableIsNamedOnBothSides() {
        CommandRun run = check(Map.of("PRODUCT", "public.prodcut"));

        assertThat(run).extracting(CommandRun::exitCode, CommandRun::err).containsExactly(2, """
                        firn: source: Kafka has no topic atlas.public.prodcut; Debezium makes it with the table's first row
                        firn: tables.product.source: PostgreSQL has no table public.prodcut
                        """);
    }

    @Test
    void aMissingKeyColumnAndAMissingGrantAreNamed() {
        assertThat(check(Map.of("KEY", "id")).err())
                .isEqualTo("firn: tables.product.key: public.product has no column id\n");
        assertThat(check(Map.of("PRODUCT", "public.secret")).err())
                .contains("firn: tables.product.source: the role may not read public.secret; GRANT SELECT lets it\n");
    }

    @Test
    void inProcessDebeziumNeedsTheReplicationAttribute() throws IOException {
        Files.writeString(config, CONFIG.replace("source:\n", "source:\n  type: postgres\n"));

        assertThat(check(Map.of()).err())
                .isEqualTo("firn: source.postgres.user must have the REPLICATION attribute but auditor has not;"
                        + " ALTER ROLE auditor REPLICATION gives it\n");
    }

    @Test
    void scriptsFindTheProblemsInTheData() {
        CommandRun run = check(Map.of("KEY", "id"), "--output", "json");

        assertThat(run.out())
                .contains(
                        "{\"check\":\"postgres\",\"result\":\"failed\",\"detail\":\"tables.product.key: public.product has no"
                                + " column id\"}");
    }

    @Test
    void badConfigurationIsReportedBeforeAnyConnection() throws IOException {
        Files.writeString(config, "lake: { namespce: atlas }\ncommit: { rows: -1 }\n");

        CommandRun run = CommandRun.of("-c", config.toString(), "check");

        assertThat(run).isEqualTo(new CommandRun(2, "", """
                                firn: firn.yaml:1: lake.namespace must be given
                                firn: firn.yaml:1: lake.namespce is not a key; did you mean namespace?
                                firn: firn.yaml:1: source.bootstrap-servers must be given for type kafka
                                firn: firn.yaml:1: tables must name at least one table
                                firn: firn.yaml:2: commit.rows must be positive but was -1
                                """));
        assertThat(folder.resolve("lake")).doesNotExist();
    }

    private CommandRun check(Map<String, String> changes, String... options) {
        Map<String, String> merged = new HashMap<>(environment);
        merged.putAll(changes);
        String[] arguments = new String[options.length + 3];
        arguments[0] = "-c";
        arguments[1] = config.toString();
        arguments[2] = "check";
        System.arraycopy(options, 0, arguments, 3, options.length);
        return CommandRun.of(merged, arguments);
    }

    private static String url() {
        return "jdbc:postgresql://localhost:" + postgres.port() + "/postgres";
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
