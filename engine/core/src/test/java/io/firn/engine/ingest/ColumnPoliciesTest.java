package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.engine.index.RocksKeyStore;
import io.firn.engine.quarantine.QuarantineLog.Entry;
import io.firn.engine.quarantine.Selection;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Sql;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnPoliciesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CARD = "4111111111111111";
    private static final String UNCHANGED = "__debezium_unavailable_value";

    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private final List<String> reasons = new ArrayList<>();
    private long lsn = 100;

    private SmallLake lake(String more) throws IOException {
        Path file = folder.resolve("firn.yaml");
        Files.writeString(file, """
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./catalog.db", warehouse: "./warehouse" }
                  namespace: t
                source: { type: kafka, bootstrap-servers: "localhost:1", topic-prefix: t }
                tables: { item: { %ssource: public.item, key: [id] } }
                protection: { key: 0123456789abcdef }
                workbench: { temp-directory: tmp, cache-directory: cache, index-directory: index }
                """.formatted(more));
        return new SmallLake(folder, file);
    }

    private static Optional<SourceTable> declaration(String name) {
        return Optional.of(new SourceTable(
                name,
                List.of(
                        new SourceColumn("id", "bigint", true),
                        new SourceColumn("name", "text", false),
                        new SourceColumn("card", "text", false),
                        new SourceColumn("pin", "numeric(10,2)", false)),
                List.of("id")));
    }

    private IngestSetup setup(SmallLake small, Lake lake, DuckDatabase database) {
        return new IngestSetup(
                small.config,
                lake,
                database,
                source,
                ColumnPoliciesTest::declaration,
                name -> RocksKeyStore.open(folder.resolve("index").resolve(name)),
                new CachedFiles(small.config.workbench()),
                Clock.systemUTC(),
                new IngestListener() {
                    @Override
                    public void rejected(String table, String reason) {
                        reasons.add(reason);
                    }
                });
    }

    private void ingest(SmallLake small) {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Ingest ingest = new Ingest(setup(small, lake, database))) {
            ingest.runUntilCaughtUp();
        }
    }

    private List<String> replay(SmallLake small) {
        List<String> outcomes = new ArrayList<>();
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                QuarantineReplay replay = new QuarantineReplay(setup(small, lake, database), "tester")) {
            replay.run(Selection.open(List.of()), entry -> outcomes.add(text(entry)));
        }
        return outcomes;
    }

    private static String text(Entry entry) {
        return entry.record().record().offset() + " " + entry.action().text();
    }

    private void send(String before, String after, String op) {
        lsn++;
        raw(
                "{\"before\":%s,\"after\":%s,\"source\":{\"lsn\":%d,\"sequence\":\"[null,\\\"%d\\\"]\",\"ts_us\":1795000000000000},\"transaction\":null,\"op\":\"%s\"}"
                        .formatted(before, after, lsn, lsn, op));
    }

    private void raw(String value) {
        source.append(
                "t.public.item",
                0,
                "{\"id\":1}".getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8));
    }

    private static String row(long id, String name, String card) {
        return "{\"id\":%d,\"name\":\"%s\",\"card\":\"%s\",\"pin\":\"AQ==\"}".formatted(id, name, card);
    }

    private Map<Long, String> cards(SmallLake small) throws IOException {
        Map<Long, String> cards = new TreeMap<>();
        try (Lake lake = small.open();
                CloseableIterable<Record> rows =
                        IcebergGenerics.read(lake.table("item")).build()) {
            for (Record row : rows) {
                cards.put((Long) row.getField("id"), String.valueOf(row.getField("card")));
            }
        }
        return cards;
    }

    /** Every byte that was written, and every value in every Parquet file. */
    private List<Path> filesWith(String text) throws IOException, SQLException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder);
                Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement()) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)
                        || file.toString().endsWith(".parquet") && decoded(statement, file, text)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private static boolean decoded(Statement statement, Path file, String text) throws SQLException {
        try (ResultSet row = statement.executeQuery(
                "SELECT count(*) FILTER (contains(to_json(f)::VARCHAR, %s)) FROM read_parquet(%s) f"
                        .formatted(Sql.literal(text), Sql.literal(file.toString())))) {
            row.next();
            return row.getLong(1) > 0;
        }
    }

    /**
     * Everything that can become of a record: written, updated, deleted, incomplete, broken, against a rule, unread.
     */
    private void everything() {
        send("null", row(1, "one", CARD), "c");
        send(row(1, "one", CARD), row(1, "uno", CARD), "u");
        send("null", row(2, "two", CARD), "r");
        send(row(2, "two", CARD), "null", "d");
        send("null", row(3, UNCHANGED, CARD), "u");
        send("null", row(4, "refused", CARD), "c");
        send("null", "{\"id\":\"none\",\"card\":\"" + CARD + "\"}", "c");
        raw("{\"after\":{\"id\":5,\"card\":\"" + CARD);
        raw("{\"id\":5,\"card\":\"" + CARD + "\"}");
    }

    @Test
    void aCardNumberIsNowhere() throws IOException, SQLException {
        for (String policy : List.of("drop", "mask", "hash", "tokenize")) {
            SmallLake small =
                    lake("rules: { accepted: { that: name <> 'refused' } }, columns: { card: { policy: %s } }, "
                            .formatted(policy));
            everything();
            ingest(small);
            replay(small);
            assertThat(filesWith(CARD)).as(policy).isEmpty();
            assertThat(reasons).as("what is logged").hasSizeGreaterThan(4).noneMatch(reason -> reason.contains(CARD));
        }
        assertThat(filesWith("refused")).as("what is looked for is found").isNotEmpty();
    }

    @Test
    void withoutAPolicyItIsFound() throws IOException, SQLException {
        everything();
        ingest(lake(""));
        assertThat(filesWith(CARD)).isNotEmpty();
    }

    /** A schema registry with one schema, the envelope's, for any number. */
    private static HttpServer registry(Schema schema) throws IOException {
        byte[] answer = JSON.createObjectNode()
                .put("schema", schema.toString())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static final Schema AVRO = new Schema.Parser().parse("""
            {"type":"record","name":"Envelope","fields":[
              {"name":"before","type":["null",{"type":"record","name":"Value","fields":[
                {"name":"id","type":"long"},{"name":"name","type":["null","string"]},{"name":"card","type":["null","string"]},
                {"name":"pin","type":["null",{"type":"bytes","logicalType":"decimal","precision":10,"scale":2,
                  "connect.name":"org.apache.kafka.connect.data.Decimal","connect.parameters":{"scale":"2"}}]}]}]},
              {"name":"after","type":["null","Value"]},
              {"name":"source","type":{"type":"record","name":"Source","fields":[
                {"name":"lsn","type":"long"},{"name":"sequence","type":["null","string"]},{"name":"ts_us","type":"long"}]}},
              {"name":"transaction","type":["null","string"]},{"name":"op","type":"string"}]}
            """);

    private void sendAvro(long id, String name) throws IOException {
        lsn++;
        GenericRecord row = new GenericData.Record(
                AVRO.getField("after").schema().getTypes().get(1));
        row.put("id", id);
        row.put("name", name);
        row.put("card", CARD);
        row.put("pin", ByteBuffer.wrap(new byte[] {1}));
        GenericRecord place = new GenericData.Record(AVRO.getField("source").schema());
        place.put("lsn", lsn);
        place.put("sequence", "[null,\"%d\"]".formatted(lsn));
        place.put("ts_us", 1795000000000000L);
        GenericRecord envelope = new GenericData.Record(AVRO);
        envelope.put("before", row);
        envelope.put("after", row);
        envelope.put("source", place);
        envelope.put("op", "c");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {0, 0, 0, 0, 7});
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(AVRO).write(envelope, encoder);
        encoder.flush();
        source.append("t.public.item", 0, null, out.toByteArray());
    }

    @Test
    void avroIsChangedAsItsRowsInJsonAreAndWhatIsNotAvroIsNotKept() throws IOException, SQLException {
        HttpServer registry = registry(AVRO);
        try {
            SmallLake json = lake("columns: { card: { policy: tokenize } }, ");
            send("null", row(1, "one", CARD), "c");
            ingest(json);
            String token = Objects.requireNonNull(cards(json).get(1L));

            Path file = folder.resolve("firn.yaml");
            Files.writeString(
                    file,
                    Files.readString(file)
                            .replace(
                                    "topic-prefix: t }",
                                    "topic-prefix: t, format: avro, schema-registry: { url: \"http://localhost:%d\" } }"
                                            .formatted(registry.getAddress().getPort()))
                            .replace("item: { ", "item: { rules: { accepted: { that: name <> 'refused' } }, "));
            SmallLake small = new SmallLake(folder, file);
            sendAvro(2, "two");
            sendAvro(3, "refused");
            source.append("t.public.item", 0, null, ("\0\0\0\0\7" + CARD).getBytes(StandardCharsets.UTF_8));
            ingest(small);
            assertThat(cards(small)).isEqualTo(Map.of(1L, token, 2L, token));
            assertThat(reasons)
                    .containsExactlyInAnyOrder(
                            "the record has no op: it is not a Debezium envelope", "rule accepted: name <> 'refused'");
            assertThat(filesWith(CARD)).isEmpty();

            Files.writeString(file, Files.readString(file).replace("<> 'refused'", "<> 'nobody'"));
            assertThat(replay(new SmallLake(folder, file))).containsExactlyInAnyOrder("2 replayed", "3 failed");
            assertThat(cards(small)).containsEntry(3L, token);
            assertThat(filesWith(CARD)).isEmpty();
        } finally {
            registry.stop(0);
        }
    }

    @Test
    void aTokenHasTheFormOfTheValueAndIsTheSameEverywhere() throws IOException {
        SmallLake small = lake("columns: { card: { policy: tokenize } }, ");
        send("null", row(1, "one", CARD), "c");
        send("null", row(2, "two", CARD), "c");
        send("null", row(3, "three", "4111111111111112"), "c");
        ingest(small);
        Map<Long, String> cards = cards(small);
        assertThat(cards.get(1L)).matches("[0-9]{16}").isEqualTo(cards.get(2L)).isNotEqualTo(cards.get(3L));
    }

    @Test
    void aReplayedRowHasTheTokenThatItWouldHaveHad() throws IOException {
        send("null", row(1, "one", CARD), "c");
        send("null", row(2, "refused", CARD), "c");
        ingest(lake("rules: { accepted: { that: name <> 'refused' } }, columns: { card: { policy: tokenize } }, "));
        SmallLake small = lake("columns: { card: { policy: tokenize } }, ");
        assertThat(replay(small)).containsExactly("1 replayed");
        assertThat(cards(small).get(2L)).isEqualTo(cards(small).get(1L));
    }

    @Test
    void aDroppedColumnIsNotInTheLakeWhateverItsTypeIs() throws IOException {
        SmallLake small = lake("columns: { pin: { policy: drop } }, ");
        send("null", "{\"id\":1,\"name\":\"one\",\"card\":\"x\",\"pin\":{\"what\":[1]}}", "c");
        ingest(small);
        try (Lake lake = small.open()) {
            assertThat(lake.table("item").schema().findField("pin")).isNull();
        }
        assertThat(cards(small)).containsEntry(1L, "x");
        assertThat(replay(small)).isEmpty();
    }

    @Test
    void anUnchangedValueIsFilledInWithWhatItHasBecome() throws IOException {
        SmallLake small = lake("columns: { card: { policy: hash } }, ");
        send("null", row(1, "one", CARD), "c");
        ingest(small);
        String hash = Objects.requireNonNull(cards(small).get(1L));
        send("null", row(1, "uno", UNCHANGED), "u");
        ingest(small);
        assertThat(cards(small)).containsExactly(Map.entry(1L, hash));
        assertThat(hash).matches("[0-9a-f]{64}");
    }

    @Test
    void aPolicyThatCannotBeFollowedIsRefusedBeforeAnythingIsRead() {
        send("null", row(1, "one", CARD), "c");
        assertThatThrownBy(() -> ingest(lake("columns: { pin: { policy: tokenize } }, ")))
                .isInstanceOf(FirnException.class)
                .hasMessage("tables.item.columns.pin is of type numeric(10,2), and only texts and whole numbers can be"
                        + " hashed or tokenized; drop and mask take any");
    }

    @Test
    void aColumnThatIsThereAlreadyMustHoldTexts() throws IOException {
        send("null", row(1, "one", CARD), "c");
        ingest(lake(""));
        assertThatThrownBy(() -> ingest(lake("columns: { pin: { policy: mask } }, ")))
                .hasMessage("tables.item.columns.pin: the lake has the column as decimal(10, 2) already, and what it"
                        + " becomes is a text");
    }
}
