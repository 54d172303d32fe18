package io.firn.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.SchemaRegistryConfig;
import io.firn.catalog.config.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchemaRegistryTest {
    private static final String SCHEMA =
            "{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"E\\\",\\\"fields\\\":[{\\\"name\\\":\\\"op\\\",\\\"type\\\":\\\"string\\\"}]}";

    private record Answer(int status, String body) {}

    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(
                exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
        Answer answer = answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private AvroFormat format(@Nullable String user) {
        return format(user, Duration.ofSeconds(20));
    }

    private AvroFormat format(@Nullable String user, Duration patience) {
        SchemaRegistryConfig config = new SchemaRegistryConfig(
                "http://localhost:" + server.getAddress().getPort() + "/",
                user,
                user == null ? null : new Secret("secret"));
        return new AvroFormat(new SchemaRegistry(config, patience));
    }

    /** Schema 7, one string. */
    private static final byte[] RECORD = {0, 0, 0, 0, 7, 2, 'c'};

    @Test
    void aSchemaIsAskedForOnceWithTheLogin() throws UndecodableException {
        answers.add(new Answer(200, "{\"schema\":\"" + SCHEMA + "\"}"));
        AvroFormat format = format("firn");
        JsonNode first = format.tree(RECORD);
        format.tree(RECORD);
        assertThat(first.toString()).isEqualTo("{\"op\":\"c\"}");
        assertThat(requests).containsExactly("/schemas/ids/7 Basic ZmlybjpzZWNyZXQ=");
    }

    @Test
    void aRegistryThatComesBackIsAskedAgain() throws UndecodableException {
        answers.add(new Answer(503, "{}"));
        answers.add(new Answer(200, "{\"schema\":\"" + SCHEMA + "\"}"));
        assertThat(format(null).tree(RECORD).toString()).isEqualTo("{\"op\":\"c\"}");
        assertThat(requests).hasSize(2);
    }

    @Test
    void aRegistryThatStaysAwayStopsTheWriterAndPutsNothingIntoQuarantine() {
        answers.add(new Answer(503, "{}"));
        AvroFormat format = format(null, Duration.ofMillis(600));
        assertThatThrownBy(() -> format.tree(RECORD))
                .isInstanceOf(FirnException.class)
                .hasMessageMatching(
                        "source.schema-registry http://localhost:\\d+/ cannot be asked for schema 7: it answers 503");
    }

    @Test
    void aRefusedLoginIsNotAskedAgain() {
        answers.add(new Answer(401, "{}"));
        AvroFormat format = format("firn");
        assertThatThrownBy(() -> format.tree(RECORD))
                .isInstanceOf(FirnException.class)
                .hasMessageMatching("source.schema-registry .* refuses the login of firn with status 401")
                .hasMessageNotContaining("secret");
        assertThat(requests).hasSize(1);
    }

    @Test
    void aNumberThatTheRegistryDoesNotKnowIsTheRecordsFault() {
        answers.add(new Answer(404, "{\"error_code\":40403}"));
        AvroFormat format = format(null);
        assertThatThrownBy(() -> format.tree(RECORD))
                .isInstanceOf(UndecodableException.class)
                .hasMessage("the schema registry has no schema 7");
    }

    @Test
    void whatIsNotAvroOnTheWireIsTheRecordsFault() {
        AvroFormat format = format(null);
        assertThatThrownBy(() -> format.tree("[]".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UndecodableException.class)
                .hasMessage("the record does not begin with a zero byte and a schema's number");
    }

    @Test
    void aRecordThatEndsTooSoonIsTheRecordsFault() {
        answers.add(new Answer(200, "{\"schema\":\"" + SCHEMA + "\"}"));
        AvroFormat format = format(null);
        assertThatThrownBy(() -> format.tree(new byte[] {0, 0, 0, 0, 7, 20, 'c'}))
                .isInstanceOf(UndecodableException.class)
                .hasMessageStartingWith("the record is not what schema 7 says");
    }
}
