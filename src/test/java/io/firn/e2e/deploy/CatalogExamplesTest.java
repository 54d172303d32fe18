package io.firn.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.firn.catalog.Lake;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.LakeConfig;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.aws.AwsClientProperties;
import org.apache.iceberg.aws.AwsProperties;
import org.apache.iceberg.rest.auth.AuthProperties;
import org.apache.iceberg.rest.auth.OAuth2Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The REST catalogs of docs/deployment.md: what a client that is configured like that sends. */
@SuppressWarnings("NullAway.Init") // every test starts its own server
class CatalogExamplesTest {
    private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\\R(lake:.*?)^```");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
    private static final Map<String, String> AWS =
            Map.of("aws.accessKeyId", "AKIDEXAMPLE", "aws.secretAccessKey", "test");

    private HttpServer http;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        AWS.forEach(System::setProperty);
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::answer);
        http.start();
    }

    @AfterEach
    void stop() {
        http.stop(0);
        AWS.keySet().forEach(System::clearProperty);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            URI uri = exchange.getRequestURI();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String login = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            requests.add("%s | %s | %s".formatted(decoded(uri.toString()), login, decoded(body)));
            byte[] reply = (uri.getPath().endsWith("/v1/config")
                            ? "{\"defaults\":{},\"overrides\":{}}"
                            : "{\"access_token\":\"t0ken\",\"token_type\":\"bearer\",\"expires_in\":3600}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            boolean bodiless = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, bodiless ? -1 : reply.length);
            if (!bodiless) {
                exchange.getResponseBody().write(reply);
            }
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    static Stream<String> examples() throws IOException {
        Path page = Path.of("../../docs/deployment.md");
        return YAML.matcher(Files.readString(page)).results().map(example -> example.group(1));
    }

    @Test
    void thereAreFive() throws IOException {
        assertThat(examples()).hasSize(5);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theClientFindsItsWarehouseAndLogsIn(String example) {
        Map<String, String> environment = new HashMap<>();
        VARIABLE.matcher(example).results().forEach(name -> environment.put(name.group(1), "firn:s3cret"));
        FirnConfig config = ConfigLoader.parse(example + """
                source: { bootstrap-servers: "b:1" }
                tables: { product: { source: public.product, key: [product_id] } }
                """, Path.of("firn.yaml"), environment);
        CatalogConfig catalog = config.lake().catalog();
        assertThat(catalog.type()).isEqualTo(CatalogType.REST);
        assertThat(known()).containsAll(catalog.properties().keySet());

        String written = Objects.requireNonNull(catalog.uri());
        Lake.open(new LakeConfig(here(catalog), config.lake().namespace())).close();

        assertThat(requests)
                .filteredOn(request -> request.contains("/v1/config"))
                .singleElement()
                .asString()
                .startsWith("%s/v1/config?warehouse=%s | "
                        .formatted(URI.create(written).getPath(), catalog.warehouse()))
                .contains(authorization(catalog));
        if (catalog.properties().containsKey("credential")) {
            assertThat(requests.get(0))
                    .startsWith(URI.create(
                                    Objects.requireNonNull(catalog.properties().get("oauth2-server-uri")))
                            .getPath())
                    .contains("scope=" + catalog.properties().get("scope"))
                    .contains("client_id=firn")
                    .contains("client_secret=s3cret");
        }
    }

    private static String authorization(CatalogConfig catalog) {
        return catalog.properties().containsKey("credential")
                ? " | Bearer t0ken | "
                : "/eu-central-1/%s/aws4_request".formatted(catalog.properties().get("rest.signing-name"));
    }

    /** The same catalog, at this test's server. */
    private CatalogConfig here(CatalogConfig catalog) {
        Map<String, String> properties = new HashMap<>(catalog.properties());
        properties.computeIfPresent("oauth2-server-uri", (key, uri) -> here(uri));
        return new CatalogConfig(
                catalog.type(), here(Objects.requireNonNull(catalog.uri())), catalog.warehouse(), properties);
    }

    private String here(String uri) {
        return "http://127.0.0.1:" + http.getAddress().getPort()
                + URI.create(uri).getPath();
    }

    /** All names of properties that Iceberg declares. */
    private static Set<String> known() {
        return Stream.of(
                        CatalogProperties.class,
                        AwsProperties.class,
                        AwsClientProperties.class,
                        AuthProperties.class,
                        OAuth2Properties.class)
                .flatMap(type -> Arrays.stream(type.getFields()))
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
                .map(CatalogExamplesTest::value)
                .collect(Collectors.toSet());
    }

    private static String value(Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
