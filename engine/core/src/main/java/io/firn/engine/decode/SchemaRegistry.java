package io.firn.engine.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.SchemaRegistryConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * A registry with Confluent's interface. A schema is asked for once: what has an id never changes.
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">its interface</a>
 */
final class SchemaRegistry {
    private static final Duration ATTEMPT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final int NOT_FOUND = 404;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SchemaRegistryConfig config;
    private final Duration patience;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ATTEMPT).build();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

    SchemaRegistry(SchemaRegistryConfig config) {
        this(config, PATIENCE);
    }

    /** @param patience how long to ask a registry that does not answer */
    SchemaRegistry(SchemaRegistryConfig config, Duration patience) {
        this.config = config;
        this.patience = patience;
    }

    /**
     * @throws UndecodableException when the registry does not know the id, or knows it as something else than Avro
     * @throws FirnException when the registry does not answer, or refuses the login; nothing is known about the record
     *     then
     */
    Schema schema(int id) throws UndecodableException {
        Schema known = schemas.get(id);
        if (known == null) {
            known = read(get("/schemas/ids/" + id, "schema " + id), id);
            schemas.put(id, known);
        }
        return known;
    }

    private Schema read(JsonNode answer, int id) throws UndecodableException {
        if (!answer.path("schemaType").asText("AVRO").equals("AVRO")) {
            throw new UndecodableException(
                    "schema " + id + " is of type " + answer.path("schemaType").asText() + " and not Avro");
        }
        Schema.Parser parser = new Schema.Parser();
        for (JsonNode reference : answer.path("references")) {
            parse(parser, reference(reference), id);
        }
        return parse(parser, answer, id);
    }

    private JsonNode reference(JsonNode reference) throws UndecodableException {
        String subject = reference.path("subject").asText();
        return get(
                "/subjects/%s/versions/%d"
                        .formatted(
                                URLEncoder.encode(subject, StandardCharsets.UTF_8),
                                reference.path("version").asInt()),
                "subject " + subject);
    }

    private static Schema parse(Schema.Parser parser, JsonNode answer, int id) throws UndecodableException {
        try {
            return parser.parse(answer.path("schema").asText());
        } catch (SchemaParseException e) {
            throw new UndecodableException("schema " + id + " cannot be read: " + e.getMessage());
        }
    }

    private JsonNode get(String path, String what) throws UndecodableException {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            String failure;
            try {
                HttpResponse<String> answer =
                        http.send(request(path), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
                switch (answer.statusCode()) {
                    case OK -> {
                        return JSON.readTree(answer.body());
                    }
                    case NOT_FOUND -> throw new UndecodableException("the schema registry has no " + what);
                    case UNAUTHORIZED, FORBIDDEN -> throw refused(answer.statusCode());
                    default -> failure = "it answers " + answer.statusCode();
                }
            } catch (IOException e) {
                failure = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            } catch (InterruptedException e) {
                throw FirnException.interrupted("asking the schema registry", e);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new FirnException(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "source.schema-registry %s cannot be asked for %s: %s".formatted(config.url(), what, failure));
            }
            sleep(pause);
            pause = pause.multipliedBy(2).compareTo(ATTEMPT) < 0 ? pause.multipliedBy(2) : ATTEMPT;
        }
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            throw FirnException.interrupted("waiting for the schema registry", e);
        }
    }

    private FirnException refused(int status) {
        return new FirnException(
                ErrorCode.ACCESS_DENIED,
                "source.schema-registry %s refuses the login of %s with status %d"
                        .formatted(config.url(), config.user() == null ? "nobody" : config.user(), status));
    }

    private HttpRequest request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(config.url().replaceAll("/+$", "") + path))
                .timeout(ATTEMPT)
                .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
        if (config.user() != null) {
            String password = config.password() == null ? "" : config.password().value();
            String login = config.user() + ":" + password;
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
        }
        return request.GET().build();
    }
}
