package io.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.catalog.Lake;
import io.firn.demo.EmbeddedRedis;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** {@code firn run} as a process of its own, looked at as its users look at it. */
class ServiceIT {
    private static final Pattern PAGE = Pattern.compile("status page is (http://\\S+/)");
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void aServiceWritesAndProjectsThoughRedisComesAndGoesAndStopsInOrder() throws Exception {
        EmbeddedRedis redis = EmbeddedRedis.start();
        try (Shop shop = Shop.open(folder, 100, 7, Duration.ofMillis(500))) {
            Path log = folder.resolve("service.log");
            Process service = service(yaml(shop, redis), log);
            try {
                String page = page(service, log);
                awaitProduct(page, shop, redis, "first");
                await().atMost(PATIENCE)
                        .until(
                                () -> text(page + "metrics"),
                                text -> text.contains("firn_verify_equal{table=\"brand\"} 1.0")
                                        && text.contains("firn_source_lag_seconds 0.0"));
                loseRows(shop, "brand");
                await().atMost(PATIENCE)
                        .until(
                                () -> text(page + "metrics"),
                                text -> text.contains("firn_verify_equal{table=\"brand\"} 0.0"));

                redis.close();
                await().atMost(PATIENCE).until(() -> status(page + "readyz") == 503);
                assertThat(status(page + "healthz")).isEqualTo(200);
                long before = cut(page);
                change(shop, "second");
                await().atMost(PATIENCE).until(() -> cut(page) > before);
                assertThat(activity(page, "ingest").get("phase").asText()).isEqualTo("RUNNING");
                assertThat(activity(page, "project").get("lastError").asText()).startsWith("redis at 127.0.0.1:");

                assertThat(text(page + "metrics"))
                        .contains("firn_activity_up{activity=\"project\"} 0.0")
                        .contains("firn_table_rows{table=\"product\"} 100.0");
                assertThat(text(page)).contains("<title>Firn</title>");
                assertThat(text(page + "api/layout?table=product")).startsWith("<svg");
                assertThat(status(page + "api/layout?table=nothing")).isEqualTo(404);
                assertThat(refusedByName(page)).isEqualTo(401);
            } finally {
                service.destroy();
                assertThat(service.waitFor(30, TimeUnit.SECONDS))
                        .as(Files.readString(log))
                        .isTrue();
            }
            assertThat(service.exitValue()).isEqualTo(143);
            assertThat(Files.readAllLines(log))
                    .filteredOn(line -> line.contains("\"committed\""))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(JSON.readTree(line).get("kvpList"))
                            .anySatisfy(pair -> assertThat(pair.has("cut")).isTrue()));
        }
    }

    /** As somebody may who writes to the lake on his own. */
    private static void loseRows(Shop shop, String table) {
        try (Lake lake = Lake.open(shop.config().lake())) {
            lake.table(table)
                    .newDelete()
                    .deleteFromRowFilter(Expressions.alwaysTrue())
                    .commit();
        }
    }

    private static Path yaml(Shop shop, EmbeddedRedis redis) throws IOException {
        return Files.writeString(
                shop.yaml().resolveSibling("service.yaml"), Files.readString(shop.yaml()) + """
                        serving: { redis: { uri: "%s", tables: { product: { key: "product:{product_id}" } } } }
                        service: { listen: "127.0.0.1:0", log: json, verify-every: 3s }
                        compaction: { schedule: "0 0 1 1 *" }
                        dq: { schedule: "0 0 1 1 *", full-schedule: "0 0 1 1 *" }
                        """.formatted(redis.uri()));
    }

    private static Process service(Path yaml, Path log) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        productClassPath(),
                        "io.firn.cli.Main",
                        "-c",
                        yaml.toString(),
                        "run"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Without the tests' own logging. */
    private static String productClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !Files.exists(Path.of(entry, "logback-test.xml")))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String page(Process service, Path log) {
        return await().atMost(PATIENCE)
                .until(
                        () -> {
                            String text = Files.readString(log);
                            Matcher page = PAGE.matcher(text);
                            assertThat(service.isAlive()).as(text).isTrue();
                            return page.find() ? page.group(1) : "";
                        },
                        found -> !found.isEmpty());
    }

    private void awaitProduct(String page, Shop shop, EmbeddedRedis redis, String title) throws Exception {
        change(shop, title);
        try (Jedis jedis = new Jedis(URI.create(redis.uri()))) {
            await().atMost(PATIENCE).until(() -> title.equals(jedis.hget("product:1", "title")));
        }
        await().atMost(PATIENCE).until(() -> status(page + "readyz") == 200);
    }

    private static void change(Shop shop, String title) throws SQLException {
        try (Connection connection = shop.postgres().connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE product SET title = '%s' WHERE product_id = 1".formatted(title));
        }
    }

    private long cut(String page) throws IOException, InterruptedException {
        for (JsonNode table : JSON.readTree(text(page + "api/status")).get("tables")) {
            if (table.get("name").asText().equals("product")) {
                return table.get("cut").asLong();
            }
        }
        return -1;
    }

    private JsonNode activity(String page, String name) throws IOException, InterruptedException {
        for (JsonNode activity : JSON.readTree(text(page + "api/status")).get("activities")) {
            if (activity.get("name").asText().equals(name)) {
                return activity;
            }
        }
        throw new AssertionError("no activity " + name);
    }

    private String text(String address) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private int status(String address) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** A page elsewhere may give this host a name of its own and ask in the reader's browser. */
    private static int refusedByName(String page) throws IOException {
        URI address = URI.create(page);
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream()
                    .write("GET /api/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String first = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return Integer.parseInt(first.substring(9));
        }
    }
}
