package io.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.firn.catalog.Lake;
import io.firn.demo.EmbeddedRedis;
import io.firn.demo.ShopWorkload;
import io.firn.e2e.browser.Browser;
import io.firn.e2e.browser.Chromium;
import io.firn.e2e.browser.HtmlUnitBrowser;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
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
        List<String> spans = new CopyOnWriteArrayList<>();
        HttpServer collector = collector(spans);
        try (Shop shop = Shop.open(folder, 100, 7, Duration.ofMillis(500))) {
            Path log = folder.resolve("service.log");
            Process service = service(yaml(shop, redis, collector), log);
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

                fill(shop, page);
                lookAround(page);

                redis.close();
                await().atMost(PATIENCE).until(() -> status(page + "readyz") == 503);
                lookAtTrouble(page);
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
            collector.stop(0);
            assertThat(String.join("", spans)).contains("firn.cut", "firn.log", "firn.apply", "day-" + Shop.FIRST_DAY);
            assertThat(Files.readAllLines(log))
                    .filteredOn(line -> line.contains("\"committed\""))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(JSON.readTree(line).get("kvpList"))
                            .anySatisfy(pair -> assertThat(pair.has("cut")).isTrue()));
        }
    }

    /** A day is closed, files are merged, tables are looked at, and one row breaks a rule. */
    private void fill(Shop shop, String page) throws Exception {
        try (Connection connection = shop.postgres().connect()) {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE product SET rating = 9 WHERE product_id = 2");
                statement.executeUpdate(
                        "UPDATE product SET weight_g = weight_g + 1 WHERE product_id BETWEEN 10 AND 60");
                statement.executeUpdate("UPDATE brand SET name = name || '!' WHERE brand_id = 1");
            }
            ShopWorkload.closeDay(connection, Shop.FIRST_DAY);
        }
        await().atMost(PATIENCE)
                .until(
                        () -> text(page + "metrics"),
                        text -> text.contains("firn_quarantined_records_total{table=\"product\"} 1.0")
                                && text.contains("firn_table_days{table=\"price\"} 1.0")
                                && text.contains("firn_table_days{table=\"product\"} 1.0"));
        for (String command : List.of("compact product", "dq", "tag")) {
            CommandRun run = CommandRun.of(
                    Map.of(), ("-c " + shop.yaml().resolveSibling("service.yaml") + " " + command).split(" "));
            assertThat(run.exitCode()).as(command + run.err()).isIn(0, 3);
        }
        assertThat(text(page + "api/ledger")).contains("\"day\":\"" + Shop.FIRST_DAY + "\"");
    }

    /** As people do; one of them with a keyboard alone, and one who hears the page. */
    private void lookAround(String page) throws IOException {
        try (Browser browser = new HtmlUnitBrowser(page)) {
            lookAround(browser);
        }
        Optional<Path> chromium = Chromium.installed();
        if (chromium.isPresent()) {
            try (Chromium browser = Chromium.open(chromium.get(), folder, page)) {
                lookAround(browser);
                photograph(browser, "page");
            }
        }
    }

    private static void lookAround(Browser browser) throws IOException {
        browser.awaitText("verdict", text -> text.equals("Everything runs."));
        browser.awaitText("tables", text -> text.contains("product") && text.contains("DIFFERENT"));
        browser.awaitText("days", text -> text.contains("November 2026"));
        browser.awaitText("ledger-error", String::isEmpty);
        browser.choose("search-table", "price");
        browser.type("product_id", "no number");
        browser.typeAndEnter("market", "de");
        browser.awaitText("search-verdict", text -> text.startsWith("the key does not fit the table: "));
        browser.choose("search-table", "product");
        browser.typeAndEnter("product_id", "1");
        browser.awaitText("search-verdict", text -> text.equals("2 changes, the newest first."));
        browser.awaitText("search-scroll", text -> text.contains("-> first") && text.contains("snapshot"));
        browser.awaitText("quarantine", text -> text.contains("rule rating: rating BETWEEN 0 AND 5"));
        browser.awaitText("checks", text -> text.matches("(?s).*\\d+ of \\d+ checks hold[.].*"));
        browser.choose("layout-table", "product");
        browser.awaitText("runs", text -> text.contains(" → "));
        assertThat(browser.obstacles()).isEmpty();
        assertThat(browser.scriptErrors()).isEmpty();
    }

    private void lookAtTrouble(String page) throws IOException {
        try (Browser browser = new HtmlUnitBrowser(page)) {
            browser.awaitText("verdict", text -> text.equals("Something needs a look."));
            browser.awaitText("troubles", text -> text.contains("redis at 127.0.0.1:"));
        }
        Optional<Path> chromium = Chromium.installed();
        if (chromium.isPresent()) {
            try (Chromium browser = Chromium.open(chromium.get(), folder, page)) {
                browser.awaitText("troubles", text -> text.contains("redis at 127.0.0.1:"));
                browser.awaitText("checks", text -> text.contains(" checks hold."));
                photograph(browser, "trouble");
            }
        }
    }

    /** Pictures for people, in target/page; what a machine can see in them is that nothing hangs over the edge. */
    private static void photograph(Chromium browser, String name) {
        for (Chromium.Colours colours : Chromium.Colours.values()) {
            for (int width : List.of(1280, 390)) {
                browser.resize(width, colours);
                browser.photograph(Path.of("target", "page", "%s-%d-%s.png".formatted(name, width, colours)));
                assertThat(browser.overflow()).as("overflow at " + width).isZero();
                assertThat(browser.obstacles()).as(colours + " at " + width).isEmpty();
            }
        }
    }

    /** Takes OpenTelemetry's spans; names and texts stand in them as they are. */
    private static HttpServer collector(List<String> spans) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/v1/traces", exchange -> {
            try (exchange) {
                spans.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
                exchange.sendResponseHeaders(200, -1);
            }
        });
        http.start();
        return http;
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

    private static Path yaml(Shop shop, EmbeddedRedis redis, HttpServer collector) throws IOException {
        String withRule = Files.readString(shop.yaml())
                .replace("public.product,", "public.product, rules: { rating: { that: \"rating BETWEEN 0 AND 5\" } },");
        return Files.writeString(
                shop.yaml().resolveSibling("service.yaml"),
                withRule + """
                        serving: { redis: { uri: "%s", tables: { product: { key: "product:{product_id}" } } } }
                        service: { listen: "127.0.0.1:0", log: json, verify-every: 3s }
                        compaction: { schedule: "0 0 1 1 *" }
                        dq: { schedule: "0 0 1 1 *", full-schedule: "0 0 1 1 *" }
                        telemetry: { traces: "http://127.0.0.1:%d/v1/traces" }
                        """.formatted(redis.uri(), collector.getAddress().getPort()));
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
