package io.firn.bench.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestWorkloadTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Shape SHAPE = new Shape(42, 1_000, 20_000, 0.99);

    @TempDir
    private Path folder;

    @Test
    void theSameShapeIsTheSameDataByteForByte() {
        Recording first = new Recording(Decimals.PRECISE, Schemas.EMBEDDED);
        Recording second = new Recording(Decimals.PRECISE, Schemas.EMBEDDED);

        assertThat(Workload.play(SHAPE, first).digest())
                .isEqualTo(Workload.play(SHAPE, second).digest());
        assertThat(first.events).containsExactlyElementsOf(second.events);
        assertThat(first.transactions).containsExactlyElementsOf(second.transactions);
    }

    @Test
    void foldingTheMessagesGivesTheExpectedState() throws IOException, SQLException {
        Recording recording = new Recording(Decimals.STRING, Schemas.ABSENT);
        TableState.Digest expected = Workload.play(SHAPE, recording).digest();

        assertThat(expected.rows()).isEqualTo(6_852);
        assertThat(digestInDuckDb(fold(recording.events))).isEqualTo(expected);
        assertThat(IngestWorkload.expectedState(SHAPE).digest()).isEqualTo(expected);
    }

    @Test
    void halfOfTheChangesUpdateFourTenthsInsertAndOneTenthDelete() throws IOException {
        Recording recording = new Recording(Decimals.STRING, Schemas.ABSENT);
        Workload.play(SHAPE, recording);

        Map<String, Integer> operations = new TreeMap<>();
        Map<Long, Integer> updatesByKey = new HashMap<>();
        for (String event : recording.events) {
            JsonNode value = JSON.readTree(event);
            operations.merge(value.get("op").asText(), 1, Integer::sum);
            if (value.get("op").asText().equals("u")) {
                updatesByKey.merge(value.get("after").get("product_id").asLong(), 1, Integer::sum);
            }
        }
        assertThat(operations).isEqualTo(Map.of("r", 1_000, "u", 10_100, "c", 7_876, "d", 2_024));
        assertThat(updatesByKey.values().stream().max(Integer::compare)).contains(1_218);
    }

    @Test
    void eachMessageStartsFromTheRowThatTheOneBeforeLeft() throws IOException {
        Recording recording = new Recording(Decimals.STRING, Schemas.ABSENT);
        Workload.play(SHAPE, recording);

        Map<Long, JsonNode> rows = new HashMap<>();
        for (String event : recording.events) {
            JsonNode value = JSON.readTree(event);
            JsonNode before = value.get("before");
            JsonNode after = value.get("after");
            long key = (after.isNull() ? before : after).get("product_id").asLong();
            JsonNode known = after.isNull() ? rows.remove(key) : rows.put(key, after);
            assertThat(known == null ? JSON.nullNode() : known).isEqualTo(before);
        }
    }

    @Test
    void writesTheMessagesThatDebeziumWrites() {
        DebeziumJson json = new DebeziumJson("atlas", Decimals.PRECISE, Schemas.ABSENT);
        Transaction transaction = new Transaction(1_000, Workload.SNAPSHOT_LSN, Product.changedMicros(50), 50);
        Change change = new Change(Change.Kind.UPDATE, 7, 3, 5, transaction, 2);

        assertThat(new String(json.key(7), UTF_8)).isEqualTo("{\"product_id\":7}");
        assertThat(new String(json.change(change), UTF_8)).isEqualTo("""
{"before":{"product_id":7,"sku":"AM-000000007-47","title":"Ergonomic Linen Garden Chair 0126","brand":"Osprey Hill",\
"category":"travel/comfort","price":"Dyda","currency":"USD","inventory_status":"in_stock","featured":false,"warehouse":7,\
"weight_g":557,"updated_at":"2026-11-20T08:00:00.000300Z"},\
"after":{"product_id":7,"sku":"AM-000000007-47","title":"Ergonomic Linen Garden Chair 0126","brand":"Osprey Hill",\
"category":"travel/comfort","price":"CtqE","currency":"USD","inventory_status":"in_stock","featured":false,"warehouse":7,\
"weight_g":557,"updated_at":"2026-11-20T08:00:00.000500Z"},\
"source":{"version":"3.6.1.Final","connector":"postgresql","name":"atlas","ts_ms":1795161600005,"snapshot":"false",\
"db":"shop","sequence":"[\\"1073741824\\",\\"1073742056\\"]","ts_us":1795161600005000,"ts_ns":1795161600005000000,\
"schema":"public","table":"product","txId":1000,"lsn":1073742056,"xmin":null,"origin":null,"origin_lsn":null},\
"transaction":{"id":"1000:1073742056","total_order":2,"data_collection_order":2},"op":"u","ts_ms":1795161600030,\
"ts_us":1795161600030000,"ts_ns":1795161600030000000}""");
        assertThat(new String(json.row(7, Bytes.utf8("first")), UTF_8)).isEqualTo("""
{"before":null,"after":{"product_id":7,"sku":"AM-000000007-47","title":"Ergonomic Linen Garden Chair 0126",\
"brand":"Osprey Hill","category":"travel/comfort","price":"ASzx","currency":"USD","inventory_status":"backorder",\
"featured":false,"warehouse":7,"weight_g":557,"updated_at":"2026-02-23T11:41:32.302778Z"},\
"source":{"version":"3.6.1.Final","connector":"postgresql","name":"atlas","ts_ms":1795161540000,"snapshot":"first",\
"db":"shop","sequence":"[null,\\"1073741824\\"]","ts_us":1795161540000000,"ts_ns":1795161540000000000,\
"schema":"public","table":"product","txId":999,"lsn":1073741824,"xmin":null,"origin":null,"origin_lsn":null},\
"transaction":null,"op":"r","ts_ms":1795161540025,"ts_us":1795161540025000,"ts_ns":1795161540025000000}""");
        assertThat(new String(json.beginKey(transaction), UTF_8)).isEqualTo("""
{"id":"1000:1073741824"}""");
        assertThat(new String(json.begin(transaction), UTF_8)).isEqualTo("""
{"status":"BEGIN","id":"1000:1073741824","event_count":null,"data_collections":null,"ts_ms":1795161600005}""");
        assertThat(new String(json.end(transaction), UTF_8)).isEqualTo("""
{"status":"END","id":"1000:1073750728","event_count":50,"data_collections":[{"data_collection":"public.product",\
"event_count":50}],"ts_ms":1795161600005}""");
    }

    @Test
    void embedsTheSchemaOfEveryField() throws IOException {
        DebeziumJson json = new DebeziumJson("atlas", Decimals.PRECISE, Schemas.EMBEDDED);
        JsonNode message = JSON.readTree(json.row(7, Bytes.utf8("first")));

        assertThat(names(message.get("schema"))).isEqualTo(names(message.get("payload")));
        assertThat(names(field(message, "after")))
                .isEqualTo(names(message.get("payload").get("after")));
        assertThat(names(field(message, "source")))
                .isEqualTo(names(message.get("payload").get("source")));
        assertThat(JSON.readTree(json.key(7))).isEqualTo(JSON.readTree("""
                                {"schema":{"type":"struct","fields":[{"type":"int64","optional":false,
                                "field":"product_id"}],"optional":false,"name":"atlas.public.product.Key"},
                                "payload":{"product_id":7}}"""));
    }

    private static JsonNode field(JsonNode message, String name) {
        for (JsonNode field : message.get("schema").get("fields")) {
            if (field.get("field").asText().equals(name)) {
                return field;
            }
        }
        throw new AssertionError(name);
    }

    private static List<String> names(JsonNode struct) {
        List<String> names = new ArrayList<>();
        if (struct.has("fields")) {
            struct.get("fields").forEach(field -> names.add(field.get("field").asText()));
        } else {
            struct.fieldNames().forEachRemaining(names::add);
        }
        return names;
    }

    private static Map<Long, JsonNode> fold(List<String> events) throws IOException {
        Map<Long, JsonNode> rows = new HashMap<>();
        for (String event : events) {
            JsonNode value = JSON.readTree(event);
            JsonNode after = value.get("after");
            if (after.isNull()) {
                rows.remove(value.get("before").get("product_id").asLong());
            } else {
                rows.put(after.get("product_id").asLong(), after);
            }
        }
        return rows;
    }

    private TableState.Digest digestInDuckDb(Map<Long, JsonNode> rows) throws IOException, SQLException {
        Path file = folder.resolve("product.json");
        Files.write(file, rows.values().stream().map(JsonNode::toString).toList());
        try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckDb.createStatement()) {
            statement.execute("CREATE TABLE product (" + Product.COLUMNS + ")");
            statement.execute("COPY product FROM '" + file + "' (FORMAT json)");
            try (ResultSet result = statement.executeQuery(TableState.digestSql("product"))) {
                result.next();
                return new TableState.Digest(
                        result.getLong(1), new BigInteger(result.getString(2)), new BigInteger(result.getString(3)));
            }
        }
    }
}
