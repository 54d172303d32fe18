package io.firn.e2e.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The part of AWS Glue that Iceberg's catalog uses, over HTTP as the AWS SDK speaks it (JSON 1.1): databases, tables,
 * and an update that is refused when the table is not at the version the caller has seen. Faults come when asked for.
 *
 * @see <a href="https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html">UpdateTable</a>
 */
public final class GlueServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What happens to one update of a table. */
    public enum Fault {
        /** It takes place and the reply is lost. */
        REPLY_LOST,
        /** It does not take place; too many requests. */
        THROTTLED,
        /** It does not take place; the server has a problem. */
        UNAVAILABLE,
    }

    private final HttpServer http;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final Map<String, ObjectNode> databases = new TreeMap<>();
    private final Map<String, Map<String, ObjectNode>> tables = new TreeMap<>();
    private final ConcurrentLinkedQueue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refusedUpdates = new AtomicInteger();
    private final Set<String> actions = new ConcurrentSkipListSet<>();
    private volatile boolean expired;

    private GlueServer(HttpServer http) {
        this.http = http;
    }

    /** Starts one on a free port. */
    public static GlueServer start() throws IOException {
        GlueServer server =
                new GlueServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        server.http.createContext("/", server::answer);
        server.http.setExecutor(server.threads);
        server.http.start();
        return server;
    }

    /** @return the catalog properties with which Iceberg finds this server */
    public Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("glue.endpoint", "http://127.0.0.1:" + http.getAddress().getPort());
        return properties;
    }

    /** Lets the next update of any table that is not struck yet meet with {@code fault}. */
    public void strike(Fault fault) {
        faults.add(fault);
    }

    /** @return the faults that no update has met with yet */
    public int faultsLeft() {
        return faults.size();
    }

    /** @return how many updates were refused because of another before */
    public int refusedUpdates() {
        return refusedUpdates.get();
    }

    /** @return the actions of IAM that all calls together have needed */
    public Set<String> actions() {
        return new TreeSet<>(actions);
    }

    /** Begins anew with {@link #actions()}. */
    public void forgetActions() {
        actions.clear();
    }

    /** From now on nobody's credentials are valid any more. */
    public void expireCredentials() {
        expired = true;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try {
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            JsonNode request = JSON.readTree(exchange.getRequestBody());
            String action = target.substring(target.indexOf('.') + 1);
            if (expired) {
                refuse(exchange, 400, "ExpiredTokenException", "The security token included in the request is expired");
                return;
            }
            actions.add("glue:" + action);
            @Nullable Fault fault = action.equals("UpdateTable") ? faults.poll() : null;
            if (fault == Fault.THROTTLED) {
                refuse(exchange, 400, "ThrottlingException", "Rate exceeded");
            } else if (fault == Fault.UNAVAILABLE) {
                refuse(exchange, 503, "InternalServiceException", "try again");
            } else {
                JsonNode answer = handle(action, request);
                if (fault != Fault.REPLY_LOST) {
                    reply(exchange, 200, answer);
                }
            }
        } catch (Refusal refusal) {
            refuse(exchange, 400, refusal.type, refusal.getMessage());
        } catch (RuntimeException e) {
            refuse(exchange, 400, "InvalidInputException", "this server failed: " + e);
        } finally {
            exchange.close();
        }
    }

    private static void refuse(HttpExchange exchange, int status, String type, @Nullable String message)
            throws IOException {
        reply(exchange, status, JSON.createObjectNode().put("__type", type).put("message", message));
    }

    private static void reply(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private synchronized JsonNode handle(String action, JsonNode request) {
        return switch (action) {
            case "GetDatabase" -> JSON.createObjectNode().set("Database", database(text(request, "Name")));
            case "CreateDatabase" -> createDatabase(request);
            case "GetTable" ->
                JSON.createObjectNode().set("Table", table(text(request, "DatabaseName"), text(request, "Name")));
            case "GetTables" -> allTables(text(request, "DatabaseName"));
            case "CreateTable" -> createTable(request);
            case "UpdateTable" -> updateTable(request);
            case "DeleteTable" -> deleteTable(request);
            default -> throw new Refusal("InvalidInputException", action + " is not known here");
        };
    }

    private ObjectNode database(String name) {
        ObjectNode database = databases.get(name);
        if (database == null) {
            throw new Refusal("EntityNotFoundException", "Database " + name + " not found.");
        }
        return database;
    }

    private ObjectNode table(String database, String name) {
        database(database);
        ObjectNode table = tables.getOrDefault(database, Map.of()).get(name);
        if (table == null) {
            throw new Refusal("EntityNotFoundException", "Table " + name + " not found.");
        }
        return table;
    }

    private Map<String, ObjectNode> tablesOf(String database) {
        return tables.computeIfAbsent(database, name -> new TreeMap<>());
    }

    private JsonNode createDatabase(JsonNode request) {
        ObjectNode database = request.get("DatabaseInput").deepCopy();
        if (databases.putIfAbsent(text(database, "Name"), database) != null) {
            throw new Refusal("AlreadyExistsException", "Database already exists.");
        }
        return JSON.createObjectNode();
    }

    private JsonNode allTables(String database) {
        database(database);
        ArrayNode list = JSON.createArrayNode();
        tables.getOrDefault(database, Map.of()).values().forEach(list::add);
        return JSON.createObjectNode().set("TableList", list);
    }

    private JsonNode createTable(JsonNode request) {
        String database = text(request, "DatabaseName");
        database(database);
        ObjectNode table = stored(request, database, 0);
        if (tablesOf(database).putIfAbsent(text(table, "Name"), table) != null) {
            throw new Refusal("AlreadyExistsException", "Table already exists.");
        }
        return JSON.createObjectNode();
    }

    private JsonNode updateTable(JsonNode request) {
        String database = text(request, "DatabaseName");
        ObjectNode present = table(database, text(request.get("TableInput"), "Name"));
        String seen = request.path("VersionId").asText("");
        if (!seen.isEmpty() && !seen.equals(text(present, "VersionId"))) {
            refusedUpdates.incrementAndGet();
            throw new Refusal(
                    "ConcurrentModificationException", "Update table failed due to concurrent modifications.");
        }
        ObjectNode next = stored(request, database, present.get("VersionId").asInt() + 1);
        tablesOf(database).put(text(next, "Name"), next);
        return JSON.createObjectNode();
    }

    private static ObjectNode stored(JsonNode request, String database, int version) {
        ObjectNode table = request.get("TableInput").deepCopy();
        return table.put("DatabaseName", database).put("VersionId", Integer.toString(version));
    }

    private JsonNode deleteTable(JsonNode request) {
        table(text(request, "DatabaseName"), text(request, "Name"));
        tablesOf(text(request, "DatabaseName")).remove(text(request, "Name"));
        return JSON.createObjectNode();
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText();
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    /** An answer that says no. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String type;

        Refusal(String type, String message) {
            super(message);
            this.type = type;
        }
    }
}
