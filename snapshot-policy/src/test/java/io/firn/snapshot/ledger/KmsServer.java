package io.firn.snapshot.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * What AWS KMS does with an Ed25519 key, over HTTP as the AWS SDK speaks it (JSON 1.1): it signs messages of up to
 * 4,096 bytes and hands out the public half.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html">Sign</a>
 */
final class KmsServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BYTES = 4096;

    private final HttpServer http;
    private final String key;
    private final KeyPair pair;
    private final ConcurrentLinkedQueue<Refusal> refusals = new ConcurrentLinkedQueue<>();
    private final Set<String> actions = new ConcurrentSkipListSet<>();

    private KmsServer(HttpServer http, String key, KeyPair pair) {
        this.http = http;
        this.key = key;
        this.pair = pair;
    }

    private record Refusal(int status, String type, String message) {}

    /** Starts one that knows one key. */
    static KmsServer start(String key, KeyPair pair) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        KmsServer server = new KmsServer(http, key, pair);
        http.createContext("/", server::answer);
        http.start();
        return server;
    }

    String endpoint() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Refuses the next request. */
    void refuse(int status, String type, String message) {
        refusals.add(new Refusal(status, type, message));
    }

    /** The actions of IAM that all calls together have needed. */
    Set<String> actions() {
        return new TreeSet<>(actions);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            JsonNode request = JSON.readTree(exchange.getRequestBody());
            @Nullable Refusal refusal = refusals.poll();
            if (refusal == null) {
                refusal = refusal(target, request);
            }
            actions.add("kms:" + target.substring(target.indexOf('.') + 1));
            if (refusal == null) {
                reply(exchange, 200, signed(request));
            } else {
                ObjectNode body = JSON.createObjectNode().put("__type", refusal.type());
                reply(exchange, refusal.status(), body.put("message", refusal.message()));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Refusal refusal(String target, JsonNode request) throws IOException {
        if (!target.equals("TrentService.Sign")) {
            return new Refusal(400, "UnknownOperationException", target);
        }
        if (!request.path("KeyId").asText().equals(key)) {
            return new Refusal(400, "NotFoundException", "Key '%s' does not exist".formatted(request.path("KeyId")));
        }
        if (!request.path("SigningAlgorithm").asText().equals("ED25519_SHA_512")
                || !request.path("MessageType").asText("RAW").equals("RAW")) {
            return new Refusal(400, "InvalidKeyUsageException", "the key does not sign this way");
        }
        if (request.path("Message").binaryValue().length > MOST_BYTES) {
            return new Refusal(400, "ValidationException", "message must have length less than or equal to 4096");
        }
        return null;
    }

    private ObjectNode signed(JsonNode request) throws IOException, GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(request.path("Message").binaryValue());
        return JSON.createObjectNode()
                .put("KeyId", key)
                .put("SigningAlgorithm", "ED25519_SHA_512")
                .put("Signature", Base64.getEncoder().encodeToString(signature.sign()));
    }

    private static void reply(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
