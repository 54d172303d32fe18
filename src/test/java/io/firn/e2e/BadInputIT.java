package io.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.demo.EmbeddedPostgres;
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

/** What can be wrong around {@code firn ingest} is said in one line, and the exit code says whose turn it is. */
class BadInputIT {
    private static final String CONFIG = """
            lake:
              catalog: { type: jdbc, uri: "jdbc:sqlite:${CATALOG:-./lake/catalog.db}", warehouse: "${WAREHOUSE:-./lake/warehouse}" }
              namespace: atlas
            source:
              type: kafka
              bootstrap-servers: "${KAFKA}"
              topic-prefix: atlas
              postgres: { url: "${PG_URL}", user: clerk, password: "${PG_PASSWORD:-right}" }
            tables:
              product: { source: "${PRODUCT:-public.product}", key: ["${KEY:-product_id}"] }
            workbench: { memory: 256MB, threads: 1 }
            """;

    @TempDir
    private static Path servers;

    private static EmbeddedPostgres postgres;

    @TempDir
    private Path folder;

    private Path config;
    private Map<String, String> environment;

    @BeforeAll
    static void startPostgres() throws Exception {
        postgres = EmbeddedPostgres.start(servers.resolve("postgres"));
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE product (product_id bigint PRIMARY KEY, title text)");
            statement.execute("CREATE ROLE clerk LOGIN PASSWORD 'right'");
            statement.execute("GRANT SELECT ON product TO clerk");
            Path rules = servers.resolve("postgres/pg_hba.conf");
            Files.writeString(rules, "host all clerk all scram-sha-256\n" + Files.readString(rules));
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    @AfterAll
    static void stopPostgres() {
        postgres.close();
    }

    @BeforeEach
    void writeConfiguration() throws IOException {
        config = Files.writeString(folder.resolve("firn.yaml"), CONFIG);
        environment = Map.of("KAFKA", "localhost:" + unusedPort(), "PG_URL", postgresUrl());
    }

    @Test
    void aConfigurationThatIsNotThereIsNamed() {
        Path nowhere = folder.resolve("nowhere.yaml");

        CommandRun run = CommandRun.of(Map.of(), "-c", nowhere.toString(), "ingest");

        assertOneLine(run, 2, "firn: .*nowhere\\.yaml.*");
    }

    @Test
    void aMisspeltKeyIsNamedWithItsLine() throws IOException {
        Files.writeString(config, CONFIG + "commit: { intervall: 2s }\n");

        assertThat(ingest(Map.of()))
                .isEqualTo(new CommandRun(
                        2, "", "firn: firn.yaml:12: commit.intervall is not a key; did you mean interval?\n"));
        assertThat(folder.resolve("lake")).doesNotExist();
    }

    @Test
    void aVariableThatIsNotSetIsNamed() {
        CommandRun run = CommandRun.of(Map.of("KAFKA", "localhost:1"), "-c", config.toString(), "ingest");

        assertOneLine(run, 2, "firn: firn\\.yaml:8: .*PG_URL.*");
    }

    @Test
    void kafkaThatDoesNotAnswerIsAFailure() throws IOException {
        String server = "localhost:" + unusedPort();

        assertOneLine(
                ingest(Map.of("KAFKA", server)),
                1,
                "firn: source\\.bootstrap-servers " + server + " cannot be reached: .*");
    }

    @Test
    void postgresThatDoesNotAnswerIsAFailure() throws IOException {
        String url = "jdbc:postgresql://localhost:" + unusedPort() + "/shop";

        assertOneLine(ingest(Map.of("PG_URL", url)), 1, "firn: source\\.postgres: " + url + " cannot be reached: .*");
    }

    @Test
    void aRefusedLoginIsTheUsersAndThePasswordIsNotShown() {
        CommandRun run = ingest(Map.of("PG_PASSWORD", "swordfish"));

        assertOneLine(run, 2, "firn: source\\.postgres: " + postgresUrl() + " refused the login of clerk: .*");
        assertThat(run.err()).doesNotContain("swordfish");
    }

    @Test
    void aTableThatTheSourceHasNotIsNamed() {
        assertThat(ingest(Map.of("PRODUCT", "public.prodcut")))
                .isEqualTo(new CommandRun(
                        2, "", "firn: tables.product.source names public.prodcut, which the source does not have\n"));
    }

    @Test
    void aKeyColumnThatTheTableHasNotIsNamed() {
        assertOneLine(ingest(Map.of("KEY", "id")), 2, "firn: tables\\.product\\.key.* id.*");
    }

    @Test
    void aWarehouseThatTakesNoFilesIsNamedBeforeAnythingIsMade() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        CommandRun run = ingest(Map.of("WAREHOUSE", file + "/warehouse"));

        assertOneLine(
                run, 2, "firn: lake\\.catalog\\.warehouse must be writable but file:" + file + "/warehouse is not: .*");
        assertThat(folder.resolve("lake")).doesNotExist();
    }

    @Test
    void aCatalogThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        CommandRun run = ingest(Map.of("CATALOG", file + "/catalog.db"));

        assertOneLine(run, 1, "firn: lake\\.catalog.* " + file + ".*");
    }

    private CommandRun ingest(Map<String, String> changes) {
        Map<String, String> merged = new HashMap<>(environment);
        merged.putAll(changes);
        return CommandRun.of(merged, "-c", config.toString(), "ingest", "--until-caught-up");
    }

    private static void assertOneLine(CommandRun run, int exitCode, String pattern) {
        assertThat(run.err()).matches(pattern + "\n").doesNotContain("unexpected", "Exception");
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.out()).isEmpty();
    }

    private static String postgresUrl() {
        return "jdbc:postgresql://localhost:" + postgres.port() + "/postgres";
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
