package io.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.firn.catalog.Lake;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Every secret that a configuration may have is looked for in everything that comes out of Firn. That none is passed to
 * another process is in {@link ArchitectureTest}.
 */
class SecretsTest {
    private static final Map<String, String> SECRETS = Map.of(
            "PG", "zq-pg-7Hk2",
            "JAAS", "zq-jaas-9Lw4",
            "REDIS", "zq-redis-3Vn8",
            "PAGE", "zq-page-5Tc1",
            "S3", "zq-s3-8Rb6",
            "PASSPHRASE", "zq-phrase-2Md0",
            "OAUTH", "zq-oauth-6Xs5");

    @TempDir
    private Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Level level = root.getLevel();

    @BeforeEach
    void listen() {
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        root.addAppender(log);
        root.setLevel(Level.INFO);
    }

    @AfterEach
    void stopListening() {
        root.setLevel(level);
        root.detachAppender(log);
    }

    @Test
    void noCommandPrintsOneOrWritesOneIntoTheLake() throws IOException {
        Path yaml = local();
        FirnConfig config = ConfigLoader.load(yaml, SECRETS);
        try (Lake lake = Lake.open(config.lake())) {
            lake.catalog()
                    .createTable(
                            lake.identifier("product"),
                            new Schema(Types.NestedField.required(1, "product_id", Types.LongType.get())));
        }
        for (List<String> command : List.of(
                List.of("ingest", "--until-caught-up"),
                List.of("check"),
                List.of("check", "--output", "json"),
                List.of("status"),
                List.of("verify"),
                List.of("project"),
                List.of("sql", "SELECT * FROM nowhere"),
                List.of("snowflake", "ddl"),
                List.of("snowflake", "apply"))) {
            List<String> typed = Stream.concat(Stream.of("-c", yaml.toString()), command.stream())
                    .toList();
            CommandRun run = CommandRun.of(SECRETS, typed.toArray(new String[0]));
            assertNoSecret(String.join(" ", command), run.out() + run.err());
        }
        CommandRun kafka = CommandRun.of(SECRETS, "-c", kafka().toString(), "check");
        assertNoSecret("check of Kafka", kafka.out() + kafka.err());
        assertNoSecretInFiles();
        assertThat(logged())
                .as("what Kafka's clients log of their configuration")
                .contains("sasl.jaas.config = [hidden]");
        assertNoSecret("log", logged());
    }

    /** All that FIRN_LOG would have in its file. */
    private String logged() {
        return log.list.stream()
                .map(event -> event.getFormattedMessage() + trace(event.getThrowableProxy()))
                .collect(Collectors.joining("\n"));
    }

    private static String trace(@Nullable IThrowableProxy failure) {
        return failure == null ? "" : "\n" + ThrowableProxyUtil.asString(failure);
    }

    @Test
    void noConfigurationShowsOne() throws IOException {
        assertNoSecret("local", String.valueOf(ConfigLoader.load(local(), SECRETS)));
        assertNoSecret("cloud", String.valueOf(ConfigLoader.load(cloud(), SECRETS)));
    }

    private Path local() throws IOException {
        return Files.writeString(folder.resolve("local.yaml"), """
                lake: { namespace: atlas, catalog: { type: jdbc, uri: "jdbc:sqlite:./catalog.db", warehouse: ./lake,
                    properties: { s3.secret-access-key: "${S3}" } } }
                source:
                  type: postgres
                  kafka: { sasl.jaas.config: "Login required password='${JAAS}';" }
                  postgres: { url: "jdbc:postgresql://127.0.0.1:1/shop?password=${PG}", user: firn, password: "${PG}" }
                tables: { product: { source: public.product, key: [product_id] } }
                serving: { redis: { uri: "redis://firn:${REDIS}@127.0.0.1:1", tables: { product: { key: "p:{product_id}" } } } }
                service: { listen: "127.0.0.1:0", token: "${PAGE}" }
                """);
    }

    private Path kafka() throws IOException {
        return Files.writeString(folder.resolve("kafka.yaml"), """
                lake: { namespace: atlas, catalog: { type: jdbc, uri: "jdbc:sqlite:./catalog.db", warehouse: ./lake } }
                source:
                  bootstrap-servers: "127.0.0.1:1"
                  kafka: { security.protocol: SASL_PLAINTEXT, sasl.mechanism: PLAIN, sasl.jaas.config:
                      "org.apache.kafka.common.security.plain.PlainLoginModule required username='u' password='${JAAS}';" }
                tables: { product: { source: public.product, key: [product_id] } }
                """);
    }

    private Path cloud() throws IOException {
        return Files.writeString(folder.resolve("cloud.yaml"), """
                lake: { namespace: atlas, catalog: { type: rest, uri: "https://user:${S3}@polaris/api?token=${S3}",
                    warehouse: "s3://b/l", properties: { credential: "${OAUTH}", header.Authorization-token: "${OAUTH}" } } }
                source:
                  bootstrap-servers: "b:1"
                  kafka: { sasl.jaas.config: "Login required password='${JAAS}';", ssl.key.password: "${JAAS}" }
                tables: { product: { source: public.product, key: [product_id] } }
                serving: { snowflake: { account: my-org, user: firn, private-key: k.p8, private-key-passphrase: "${PASSPHRASE}",
                    warehouse: small, database: atlas, aws-role: "arn:aws:iam::123456789012:role/r",
                    oauth: { client-id: a, client-secret: "${OAUTH}" } } }
                service: { token: "${PAGE}" }
                """);
    }

    private void assertNoSecretInFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile).forEach(file -> assertNoSecret(file.toString(), text(file)));
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertNoSecret(String where, String text) {
        assertThat(text).as(where).isNotEmpty().doesNotContain(SECRETS.values());
    }
}
