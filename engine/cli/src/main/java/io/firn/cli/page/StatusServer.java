package io.firn.cli.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.firn.catalog.Blame;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.Failures;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.ServiceConfig;
import io.firn.cli.service.Service;
import io.firn.compactor.picture.LayoutPicture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The status page, metrics and probes of a running service. Everything is read-only; {@code /healthz} and
 * {@code /readyz} say no more than yes or no and ask for no token.
 */
public final class StatusServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);
    private static final int THREADS = 4;
    private static final String JSON = "application/json; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer http;
    private final ExecutorService threads;
    private final Service service;
    private final Access access;
    private final Map<String, Route> routes = new TreeMap<>();

    /** Answers the requests of one path. */
    @FunctionalInterface
    private interface Route {
        Answer answer(Request request) throws IOException;
    }

    private StatusServer(HttpServer http, Service service, Access access) {
        this.http = http;
        this.service = service;
        this.access = access;
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "firn-status-page");
            thread.setDaemon(true);
            return thread;
        });
        routes.put("/healthz", request -> Answer.ok(TEXT, "alive\n"));
        routes.put("/readyz", request -> ready());
        routes.put("/metrics", request -> Answer.ok("text/plain; version=0.0.4; charset=utf-8", metrics()));
        routes.put("/api/status", request -> Answer.ok(JSON, StatusJson.of(service)));
        routes.put("/api/layout", this::layout);
        Panels panels = new Panels(service.config(), service.lake(), service.workbench());
        routes.put("/api/changes", request -> ofTable(request, table -> panels.changes(table, key(request, table))));
        routes.put("/api/runs", request -> ofTable(request, panels::runs));
        routes.put("/api/checks", request -> Answer.ok(JSON, panels.checks()));
        routes.put("/api/ledger", request -> Answer.ok(JSON, panels.ledger()));
        routes.put("/api/quarantine", request -> Answer.ok(JSON, panels.quarantine()));
        routes.put("/", request -> Answer.resource("index.html"));
        routes.put("/page.css", request -> Answer.resource("page.css"));
        for (String script : List.of("parts.js", "panels.js", "page.js")) {
            routes.put("/" + script, request -> Answer.resource(script));
        }
    }

    /**
     * Listens where the configuration says.
     *
     * @throws FirnException when something else listens there, or this host has no such address
     */
    public static StatusServer start(ServiceConfig config, Service service) {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(config.host(), config.port()), 0);
            StatusServer server = new StatusServer(http, service, new Access(config.token()));
            http.createContext("/", server::answer);
            http.setExecutor(server.threads);
            http.start();
            return server;
        } catch (IOException e) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID,
                    "service.listen must be an address that is free but %s:%d is not: %s"
                            .formatted(config.host(), config.port(), Failures.rootMessage(e)),
                    e);
        }
    }

    /** @return the address of the page */
    public String address() {
        InetSocketAddress address = http.getAddress();
        return "http://%s:%d/".formatted(address.getHostString(), address.getPort());
    }

    private Answer ready() {
        return service.isReady() ? Answer.ok(TEXT, "ready\n") : new Answer(503, TEXT, bytes("not ready\n"));
    }

    private String metrics() {
        return service.metrics().scrape();
    }

    private Answer layout(Request request) {
        String table = request.parameters().getOrDefault("table", "");
        return isTable(table)
                ? Answer.ok(
                        "image/svg+xml",
                        LayoutPicture.ofLastCompaction(service.lake().table(table)))
                : noTable(table);
    }

    private Answer ofTable(Request request, Function<String, String> json) {
        String table = request.parameters().getOrDefault("table", "");
        return isTable(table) ? Answer.ok(JSON, json.apply(table)) : noTable(table);
    }

    private boolean isTable(String name) {
        return service.config().tables().containsKey(name)
                && service.lake().find(name).isPresent();
    }

    private static Answer noTable(String name) {
        return new Answer(404, TEXT, bytes("there is no table " + name + "\n"));
    }

    /** The values of the key's columns, each a parameter {@code key.COLUMN}. */
    private List<String> key(Request request, String table) {
        return service.config().table(table).key().stream()
                .filter(column -> request.parameters().containsKey("key." + column))
                .map(column -> column + "=" + request.parameters().get("key." + column))
                .toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Request request = Request.of(exchange);
            send(exchange, answer(request));
        } catch (RuntimeException e) {
            LOG.warn("{} could not be answered", exchange.getRequestURI().getPath(), e);
        }
    }

    private Answer answer(Request request) throws IOException {
        boolean probe = request.path().equals("/healthz") || request.path().equals("/readyz");
        if (!probe && !access.allows(request)) {
            return new Answer(401, TEXT, bytes("service.token is needed from another host\n"));
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return new Answer(405, TEXT, bytes("this page is read-only\n"));
        }
        Route route = routes.get(request.path());
        if (route == null) {
            return new Answer(404, TEXT, bytes("there is no " + request.path() + "\n"));
        }
        try {
            return route.answer(request);
        } catch (FirnException e) {
            boolean wrongQuestion = e.blame() == Blame.USER;
            return new Answer(wrongQuestion ? 400 : 500, TEXT, bytes(e.getMessage() + "\n"));
        } catch (RuntimeException e) {
            LOG.warn("{} failed", request.path(), e);
            return new Answer(500, TEXT, bytes(Failures.rootMessage(e) + "\n"));
        }
    }

    private void send(HttpExchange exchange, Answer answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders()
                .set(
                        "Content-Security-Policy",
                        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
        boolean head = "HEAD".equals(exchange.getRequestMethod());
        exchange.sendResponseHeaders(answer.status(), head ? -1 : answer.body().length);
        if (!head) {
            exchange.getResponseBody().write(answer.body());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    /** An answer in full. */
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(int status, String type, byte[] body) {
        static Answer ok(String type, String text) {
            return new Answer(200, type, bytes(text));
        }

        static Answer resource(String name) throws IOException {
            String type = name.endsWith(".css")
                    ? "text/css; charset=utf-8"
                    : name.endsWith(".js") ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8";
            try (var in = Objects.requireNonNull(StatusServer.class.getResourceAsStream(name), name)) {
                return new Answer(200, type, in.readAllBytes());
            }
        }
    }
}
