package io.firn.engine.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.PostgresSchemas;
import io.firn.catalog.SchemaPlan;
import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.BinaryHandling;
import io.firn.catalog.config.DecimalHandling;
import io.firn.catalog.config.EventFormat;
import io.firn.catalog.config.SchemaRegistryConfig;
import io.firn.catalog.config.SourceConfig;
import io.firn.catalog.config.SourceType;
import io.firn.catalog.config.TimePrecision;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.engine.buffer.BufferColumns;
import io.firn.engine.buffer.BufferGate;
import io.firn.engine.buffer.ChangeBuffer;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.debezium.TypeCase.Mode;
import io.firn.engine.decode.ColumnNames;
import io.firn.engine.decode.DeclaredColumns;
import io.firn.engine.decode.RecordFormats;
import io.firn.engine.decode.SourceEncoding;
import io.firn.engine.decode.TableDecoder;
import io.firn.engine.decode.UndecodableException;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.RowSchema;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.kafka.connect.json.JsonConverter;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every type through PostgreSQL and Debezium, in a snapshot and from the log: what arrives is what PostgreSQL itself
 * prints, or it is refused with a reason. The page on types is written by what is tried here.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TypesTest {
    /** Rows with a higher id come from the log. */
    private static final int STREAMED = 1000;

    private static final Path PAGE = Path.of("../../docs/types.md");

    private final List<TypeCase> cases = TypeCases.all();
    private final List<String> types = new ArrayList<>(
            new LinkedHashSet<>(cases.stream().map(TypeCase::type).toList()));
    private final Map<Mode, List<org.apache.kafka.connect.source.SourceRecord>> records = new TreeMap<>();
    private final Map<Integer, @Nullable String> expected = new TreeMap<>();

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init")
    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    private DuckDatabase duck;

    @SuppressWarnings("NullAway.Init")
    private Schema schema;

    @BeforeAll
    void run() throws SQLException {
        server = new TestServer(folder.resolve("data"), "logical");
        server.freshDatabase();
        server.run("SET timezone = 'UTC'");
        server.run(TypeCases.SETUP.toArray(String[]::new));
        StringBuilder columns = new StringBuilder("CREATE TABLE t (id int PRIMARY KEY");
        types.forEach(
                type -> columns.append(", ").append(column(type)).append(' ').append(type));
        server.run(columns + ")");
        insert(0);
        Map<Mode, ConnectorRun> connectors = new TreeMap<>();
        for (Mode mode : Mode.values()) {
            ConnectorRun connector = new ConnectorRun(
                    ConnectorRun.properties(server, "types_" + mode.name().toLowerCase(Locale.ROOT), mode));
            connector.await(cases.size());
            connectors.put(mode, connector);
        }
        insert(STREAMED);
        connectors.forEach((mode, connector) -> {
            records.put(mode, List.copyOf(connector.await(2 * cases.size())));
            connector.close();
        });
        try (Connection connection = server.connect()) {
            SourceTable table = PostgresSchemas.read(connection, "public.t").orElseThrow();
            schema = new TableDefinition("t", table, List.of("id"), List.of(), List.of(), 3).currentSchema();
            readExpected(connection);
        }
        duck = DuckDatabase.open(new WorkbenchConfig(
                256L << 20, 1, folder.resolve("tmp"), 1L << 30, folder.resolve("cache"), 1L << 30, folder));
    }

    @AfterAll
    void stop() {
        duck.close();
        server.close();
    }

    private String column(String type) {
        return "c" + types.indexOf(type);
    }

    private void insert(int offset) {
        List<String> statements = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            TypeCase each = cases.get(i);
            statements.add("INSERT INTO t (id, %s) VALUES (%d, %s)"
                    .formatted(column(each.type()), offset + i + 1, each.literal()));
        }
        server.run(statements.toArray(String[]::new));
    }

    private void readExpected(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET timezone = 'UTC'");
            for (int i = 0; i < cases.size(); i++) {
                String type = cases.get(i).type();
                try (ResultSet row = statement.executeQuery(
                        "SELECT %s FROM t WHERE id = %d".formatted(inPostgres(type, column(type)), i + 1))) {
                    row.next();
                    expected.put(i + 1, row.getString(1));
                }
            }
        }
    }

    private static String inPostgres(String type, String column) {
        if (type.endsWith("[]")) {
            return "array_to_string(%s, '|', 'NULL')".formatted(column);
        }
        return switch (type) {
            case "hstore" ->
                "(SELECT string_agg(key || '=>' || coalesce(value, 'NULL'), '|' ORDER BY key) FROM each(%s))"
                        .formatted(column);
            case "bytea" -> "encode(%s, 'hex')".formatted(column);
            case "money" -> "%s::numeric::text".formatted(column);
            default -> "format('%%s', %s)".formatted(column);
        };
    }

    private static String inDuck(Type type, String column) {
        return switch (type.typeId()) {
            case LIST ->
                "array_to_string(list_transform(%s, lambda x: coalesce(%s, 'NULL')), '|')"
                        .formatted(column, inDuck(type.asListType().elementType(), "x"));
            case MAP ->
                "array_to_string(list_transform(list_sort(map_keys(%1$s)), lambda k: k || '=>' || coalesce(%1$s[k], 'NULL')), '|')"
                        .formatted(column);
            case BINARY -> "lower(hex(%s))".formatted(column);
            case FLOAT, DOUBLE -> "replace(replace(%s::VARCHAR, 'nan', 'NaN'), 'inf', 'Infinity')".formatted(column);
            case BOOLEAN -> "CASE WHEN %1$s THEN 't' WHEN NOT %1$s THEN 'f' END".formatted(column);
            default -> column + "::VARCHAR";
        };
    }

    private static SourceConfig config(Mode mode, @Nullable SchemaRegistryConfig registry) {
        return new SourceConfig(
                mode == Mode.IN_PROCESS ? SourceType.POSTGRES : SourceType.KAFKA,
                "localhost:1",
                "t",
                registry == null ? EventFormat.JSON : EventFormat.AVRO,
                registry,
                null,
                Map.of(),
                null,
                DecimalHandling.valueOf(mode.decimals.toUpperCase(Locale.ROOT)),
                TimePrecision.valueOf(mode.times.toUpperCase(Locale.ROOT)),
                BinaryHandling.valueOf(mode.binary.toUpperCase(Locale.ROOT).replace('-', '_')),
                "x",
                "y");
    }

    /** What became of each row: the text, or the reason after an exclamation mark. */
    private Map<Integer, @Nullable String> outcomes(SourceConfig config, List<SourceRecord> encoded, List<Integer> ids)
            throws SQLException {
        List<String> alterations = new ArrayList<>();
        TableDecoder decoder = new TableDecoder(
                RecordFormats.of(config).format(),
                SourceEncoding.of(config),
                SourceTable.Identity.KEY,
                schema,
                List.of("id"),
                Map.of(),
                new TableDecoder.RowSchemas() {
                    @Override
                    public void changed(RowSchema rows) {
                        alterations.addAll(alterations(rows));
                    }

                    @Override
                    public boolean has(String column) {
                        return true;
                    }
                });
        Map<Integer, @Nullable String> outcomes = new TreeMap<>();
        try (DuckDBConnection connection = duck.connect();
                ChangeBuffer buffer =
                        new ChangeBuffer(connection, "types", decoder.codec(), 1 << 20, BufferGate.OPEN)) {
            for (int i = 0; i < encoded.size(); i++) {
                try {
                    buffer.add(decoder.decode(encoded.get(i)), 0, ids.get(i));
                } catch (UndecodableException e) {
                    outcomes.put(ids.get(i), "!" + e.getMessage());
                }
            }
            assertThat(alterations)
                    .as("a table that was not altered is not altered")
                    .isEmpty();
            try (CutRows rows = buffer.take("t", Map.of(new Partition("t", 0), Long.MAX_VALUE), connection);
                    Statement statement = connection.createStatement()) {
                read(statement, rows, outcomes);
            }
        }
        return outcomes;
    }

    private List<String> alterations(RowSchema rows) {
        ColumnNames names = new ColumnNames(
                schema.columns().stream().map(column -> column.name()).toList(), Map.of());
        SchemaPlan plan = SchemaPlan.of("t", schema, 3, DeclaredColumns.of(rows, schema, names, Map.of()), Map.of());
        List<String> alterations = new ArrayList<>(plan.conflicts());
        plan.changes().forEach(change -> alterations.add(change.toString()));
        return alterations;
    }

    private void read(Statement statement, CutRows rows, Map<Integer, @Nullable String> outcomes) throws SQLException {
        for (String type : types) {
            int slot = types.indexOf(type) + 1;
            String text = inDuck(schema.columns().get(slot).type(), BufferColumns.after(slot));
            try (ResultSet found = statement.executeQuery("SELECT off, %s FROM %s".formatted(text, rows.relation()))) {
                while (found.next()) {
                    int id = (int) found.getLong(1);
                    if (cases.get((id - 1) % STREAMED).type().equals(type)) {
                        outcomes.put(id, found.getString(2));
                    }
                }
            }
        }
    }

    private void check(Mode mode, String format, Map<Integer, @Nullable String> outcomes) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            TypeCase each = cases.get(i);
            for (int id : List.of(i + 1, STREAMED + i + 1)) {
                String outcome = outcomes.containsKey(id) ? String.valueOf(outcomes.get(id)) : "missing";
                String refused = each.refused().get(mode);
                String lost = each.lost().get(mode);
                boolean right = refused != null
                        ? outcome.startsWith("!") && outcome.contains(refused)
                        : lost != null
                                ? outcome.equals(lost.equals("NULL") ? "null" : lost)
                                : outcome.equals(String.valueOf(expected.get(i + 1)));
                if (!right) {
                    wrong.add("%s %s %s %s: %s and not %s"
                            .formatted(
                                    format,
                                    id > STREAMED ? "log" : "snapshot",
                                    each.type(),
                                    each.literal(),
                                    outcome,
                                    refused == null ? expected.get(i + 1) : "!" + refused));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private List<Integer> ids(Mode mode) {
        return Objects.requireNonNull(records.get(mode)).stream()
                .map(record -> ((org.apache.kafka.connect.data.Struct) record.value())
                        .getStruct("after")
                        .getInt32("id"))
                .toList();
    }

    private Map<Integer, @Nullable String> outcomes(
            Mode mode,
            @Nullable SchemaRegistryConfig registry,
            Function<org.apache.kafka.connect.source.SourceRecord, SourceRecord> encoding)
            throws SQLException {
        List<SourceRecord> encoded =
                Objects.requireNonNull(records.get(mode)).stream().map(encoding).toList();
        return outcomes(config(mode, registry), encoded, ids(mode));
    }

    private static Function<org.apache.kafka.connect.source.SourceRecord, SourceRecord> json(String schemas) {
        JsonConverter converter = new JsonConverter();
        converter.configure(Map.of("schemas.enable", schemas, "replace.null.with.default", "false"), false);
        return record -> new SourceRecord(
                record.topic(),
                0,
                0,
                null,
                converter.fromConnectData(record.topic(), record.valueSchema(), record.value()));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void jsonWithoutSchemasIsReadByTheConnectorsSettings(Mode mode) throws SQLException {
        check(mode, "JSON", outcomes(mode, null, json("false")));
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"DEFAULT", "DOUBLE"})
    void jsonWithSchemasIsReadByThem(Mode mode) throws SQLException {
        check(mode, "JSON with schemas", outcomes(mode, null, json("true")));
    }

    @Test
    void recordsOfTheConnectorInThisProcessAreReadByTheirSchemas() throws SQLException {
        RecordJson converter = new RecordJson();
        check(Mode.IN_PROCESS, "in process", outcomes(Mode.IN_PROCESS, null, record -> converter.convert(record, 0)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"DEFAULT", "STRING"})
    void avroIsReadByTheRegistrysSchemas(Mode mode) throws SQLException {
        try (RegistryServer registry = new RegistryServer()) {
            ConnectAvro avro = new ConnectAvro(registry);
            check(
                    mode,
                    "Avro",
                    outcomes(
                            mode,
                            new SchemaRegistryConfig(registry.url(), null, null),
                            record -> new SourceRecord(
                                    record.topic(), 0, 0, null, avro.bytes(record.valueSchema(), record.value()))));
            assertThat(registry.requests()).as("a schema is asked for once").isLessThanOrEqualTo(3);
        }
    }

    @Test
    void thePageSaysWhatWasTried() throws IOException {
        String page = TypesPage.of(
                cases,
                types,
                type -> String.valueOf(schema.findField(column(type)).type()));
        if (Boolean.getBoolean("firn.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as("write it anew with: mvn -pl engine/debezium -am test -Dtest=TypesTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dfirn.docs.write=true")
                .content()
                .isEqualTo(page);
    }
}
