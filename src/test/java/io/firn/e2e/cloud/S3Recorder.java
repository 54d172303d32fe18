package io.firn.e2e.cloud;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Stands before an object store, passes everything on, and writes down which rights of IAM the calls would have needed.
 * When asked, it turns calls away as a busy store does, or lists objects as they were a while ago, as stores may whose
 * listing lags behind.
 *
 * @see <a href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html">Actions of
 *     S3</a>
 */
public final class S3Recorder implements AutoCloseable {
    /** Of the connection, not of the call. */
    private static final Set<String> NOT_PASSED_ON =
            Set.of("host", "content-length", "connection", "expect", "upgrade", "transfer-encoding", "http2-settings");

    private static final String BUSY =
            "<Error><Code>SlowDown</Code><Message>Please reduce your rate.</Message></Error>";

    private final HttpServer http;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI store;
    private final Set<String> actions = new ConcurrentSkipListSet<>();
    private final AtomicInteger toTurnAway = new AtomicInteger();
    private final ConcurrentMap<String, LongAdder> calls = new ConcurrentHashMap<>();
    private final StaleListing listing = new StaleListing();

    private S3Recorder(HttpServer http, URI store) {
        this.http = http;
        this.store = store;
    }

    /** Starts one before the store that {@code properties} lead to. */
    public static S3Recorder start(Map<String, String> properties) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        S3Recorder recorder = new S3Recorder(http, URI.create(String.valueOf(properties.get("s3.endpoint"))));
        http.createContext("/", recorder::pass);
        http.setExecutor(recorder.threads);
        http.start();
        return recorder;
    }

    /** @return where to find it: the value of {@code s3.endpoint} */
    public String endpoint() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** @return the actions of IAM that all calls together have needed */
    public Set<String> actions() {
        return new TreeSet<>(actions);
    }

    /** Begins anew with {@link #actions()}. */
    public void forgetActions() {
        actions.clear();
    }

    /** Turns the next {@code calls} calls away. */
    public void turnAway(int calls) {
        toTurnAway.set(calls);
    }

    /** @return how many calls are still to be turned away */
    public int leftToTurnAway() {
        return toTurnAway.get();
    }

    /** From now on nothing that is written is listed, and what is deleted still is. */
    public void freezeListings() {
        listing.freeze();
    }

    /** Listings show what is there again. */
    public void thawListings() {
        listing.thaw();
    }

    /** @return how many calls there were that needed a right, turned away ones not counted */
    public long calls(String action) {
        LongAdder count = calls.get(action);
        return count == null ? 0 : count.sum();
    }

    private void pass(HttpExchange exchange) {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (toTurnAway.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                answer(exchange, 503, BUSY.getBytes(StandardCharsets.UTF_8));
                return;
            }
            String action = action(exchange.getRequestMethod(), exchange.getRequestURI());
            actions.add(action);
            calls.computeIfAbsent(action, name -> new LongAdder()).increment();
            HttpResponse<byte[]> response =
                    client.send(request(exchange, body), HttpResponse.BodyHandlers.ofByteArray());
            listing.note(action, exchange.getRequestURI(), body);
            response.headers().map().forEach((name, values) -> {
                if (!NOT_PASSED_ON.contains(name) && !name.startsWith(":")) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            if (exchange.getRequestMethod().equals("HEAD")) {
                response.headers()
                        .firstValue("content-length")
                        .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
                exchange.sendResponseHeaders(response.statusCode(), -1);
            } else {
                answer(
                        exchange,
                        response.statusCode(),
                        action.equals("s3:ListBucket")
                                ? listing.of(exchange.getRequestURI(), response.body())
                                : response.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private HttpRequest request(HttpExchange exchange, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(store + exchange.getRequestURI().toString()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    private static String action(String method, URI uri) {
        boolean ofBucket = uri.getPath().replaceAll("^/|/$", "").indexOf('/') < 0;
        String query = String.valueOf(uri.getQuery());
        return switch (method) {
            case "GET", "HEAD" ->
                !ofBucket
                        ? "s3:GetObject"
                        : query.startsWith("uploads") ? "s3:ListBucketMultipartUploads" : "s3:ListBucket";
            case "PUT" -> "s3:PutObject";
            case "POST" -> query.startsWith("delete") ? "s3:DeleteObject" : "s3:PutObject";
            case "DELETE" -> query.contains("uploadId") ? "s3:AbortMultipartUpload" : "s3:DeleteObject";
            default -> throw new AssertionError(method + " " + uri + " is not known here");
        };
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
