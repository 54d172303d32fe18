package io.firn.catalog.snowflake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/**
 * A Snowflake over HTTP as its JDBC driver speaks it: a login with a signed token, statements, their rows and refusals.
 * What statements do is in {@link SnowflakeAccount}.
 */
final class SnowflakeServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer http;
    private final SnowflakeAccount account;
    private final PublicKey key;
    private final List<String> statements = new CopyOnWriteArrayList<>();

    private SnowflakeServer(HttpServer http, SnowflakeAccount account, PublicKey key) {
        this.http = http;
        this.account = account;
        this.key = key;
    }

    /** Starts one that lets in whoever has the private key to {@code key}. */
    static SnowflakeServer start(SnowflakeAccount account, PublicKey key) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        SnowflakeServer server = new SnowflakeServer(http, account, key);
        http.createContext("/", server::answer);
        http.start();
        return server;
    }

    String url() {
        return "jdbc:snowflake://127.0.0.1:%d/?ssl=off&disableOCSPChecks=true&disableQueryContextCache=true"
                .formatted(http.getAddress().getPort());
    }

    /** Every statement that came, in order, without those that only look. */
    List<String> changes() {
        return statements.stream()
                .filter(sql -> !sql.matches("(?s)(SHOW|USE|SELECT) .*"))
                .toList();
    }

    void forget() {
        statements.clear();
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            JsonNode request = body(exchange);
            String path = exchange.getRequestURI().getPath();
            ObjectNode answer = path.equals("/session/v1/login-request")
                    ? login(request.path("data"))
                    : path.equals("/queries/v1/query-request") ? query(request) : success(JSON.createObjectNode());
            byte[] bytes = JSON.writeValueAsBytes(answer);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode body(HttpExchange exchange) throws IOException {
        boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        try (InputStream in = zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            byte[] bytes = in.readAllBytes();
            return bytes.length == 0 ? JSON.createObjectNode() : JSON.readTree(bytes);
        }
    }

    private ObjectNode login(JsonNode data) {
        String token = data.path("TOKEN").asText();
        if (!data.path("AUTHENTICATOR").asText().equals("SNOWFLAKE_JWT") || !isSigned(token)) {
            return refusal(new Refusal(390144, "08001", "JWT token is invalid. [0ab1]"));
        }
        ObjectNode session = JSON.createObjectNode();
        session.put("token", "session").put("masterToken", "master").put("sessionId", 1);
        session.put("validityInSeconds", 3600).put("masterValidityInSeconds", 14400);
        session.putArray("parameters").addObject().put("name", "AUTOCOMMIT").put("value", true);
        session.set("sessionInfo", JSON.createObjectNode());
        return success(session);
    }

    /** @see <a href="https://docs.snowflake.com/en/developer-guide/sql-api/authenticating">Key-pair tokens</a> */
    private boolean isSigned(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(key);
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            String print = Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
                    && claims.path("iss").asText().equals("TEST." + "FIRN.SHA256:" + print);
        } catch (GeneralSecurityException | IOException e) {
            return false;
        }
    }

    private ObjectNode query(JsonNode request) {
        String sql = request.path("sqlText").asText();
        statements.add(sql);
        try {
            return success(rows(account.run(sql)));
        } catch (Refusal refusal) {
            return refusal(refusal);
        }
    }

    private static ObjectNode rows(List<List<String>> rows) {
        ObjectNode data = JSON.createObjectNode();
        data.set("parameters", JSON.createArrayNode());
        ArrayNode types = data.putArray("rowtype");
        int width = rows.isEmpty() ? 1 : rows.get(0).size();
        for (int i = 0; i < width; i++) {
            types.addObject()
                    .put("name", "C" + i)
                    .put("type", "text")
                    .put("nullable", true)
                    .put("length", 100);
        }
        ArrayNode values = data.putArray("rowset");
        rows.forEach(row -> {
            ArrayNode cells = values.addArray();
            row.forEach(cells::add);
        });
        data.put("total", rows.size())
                .put("returned", rows.size())
                .put("queryId", "q")
                .put("queryResultFormat", "json");
        return data.put("statementTypeId", 4096).put("version", 1);
    }

    private static ObjectNode success(ObjectNode data) {
        ObjectNode answer =
                JSON.createObjectNode().put("success", true).putNull("code").putNull("message");
        answer.set("data", data);
        return answer;
    }

    private static ObjectNode refusal(Refusal refusal) {
        ObjectNode answer = JSON.createObjectNode()
                .put("success", false)
                .put("code", String.valueOf(refusal.code))
                .put("message", refusal.getMessage());
        answer.putObject("data").put("errorCode", String.valueOf(refusal.code)).put("sqlState", refusal.state);
        return answer;
    }

    @Override
    public void close() {
        http.stop(0);
    }

    /** An answer that says no. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int code;
        private final String state;

        Refusal(int code, String state, String message) {
            super(message);
            this.code = code;
            this.state = state;
        }
    }
}
