package io.firn.engine.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.SourceTable.Identity;
import io.firn.catalog.config.DecimalHandling;
import io.firn.catalog.config.TimePrecision;
import io.firn.engine.decode.ChangeBatch;
import io.firn.engine.decode.EnvelopeDecoder;
import io.firn.engine.decode.SourceEncoding;
import io.firn.engine.decode.TableCodec;
import io.firn.engine.decode.UndecodableException;
import io.firn.workbench.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both ways into DuckDB bring the same rows, whatever is null, the same before and after, or beyond the 63rd column.
 */
class FillersTest {
    private static final int CHANGES = 3_000;
    private static final List<Column> KINDS = List.of(
            new Column(
                    Types.StringType.get(), "text", "\"a\"", "\"ä \\\"b\\\"\"", "\"a text of more than twelve bytes\""),
            new Column(Types.IntegerType.get(), "integer", "0", "-7", "2147483647"),
            new Column(Types.LongType.get(), "bigint", "0", "1", "-9223372036854775808"),
            new Column(Types.BooleanType.get(), "boolean", "true", "false", "true"),
            new Column(Types.DoubleType.get(), "double precision", "0.0", "-0.0", "1.5"),
            new Column(Types.DecimalType.of(12, 2), "numeric(12,2)", "\"0.00\"", "\"-1.25\"", "\"9999999999.99\""),
            new Column(Types.DateType.get(), "date", "0", "20000", "-1"),
            new Column(Types.TimestampType.withoutZone(), "timestamp without time zone", "0", "1", "-1"));

    private final Random random = new Random();

    private record Column(Type type, String doc, String... values) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 12, 63, 64, 70})
    void changesAreTheSameByColumnAndOneByOne(int width) throws SQLException, UndecodableException {
        long seed = System.nanoTime();
        random.setSeed(seed);
        Schema schema = schema(width);
        TableCodec codec = new TableCodec(
                schema, List.of("id"), new SourceEncoding(DecimalHandling.STRING, TimePrecision.ADAPTIVE));
        EnvelopeDecoder decoder = new EnvelopeDecoder(codec, Identity.FULL);
        try (DuckDBConnection connection =
                        DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
                Statement statement = connection.createStatement()) {
            for (String table : List.of("by_column", "one_by_one")) {
                statement.execute("CREATE TABLE %s (%s)"
                        .formatted(Sql.identifier(table), BufferColumns.declaration(schema.columns())));
            }
            try (Filler byColumn = new BatchFiller(
                            connection, ChangeBatch.of(codec).orElseThrow(), () -> "by_column", 1 << 20);
                    Filler oneByOne = new AppenderFiller(connection, codec, () -> "one_by_one")) {
                for (int i = 0; i < CHANGES; i++) {
                    byte[] envelope = envelope(i, schema.columns()).getBytes(StandardCharsets.UTF_8);
                    byColumn.add(decoder.decode(envelope), 1, i);
                    oneByOne.add(decoder.decode(envelope), 1, i);
                }
                byColumn.flush();
                oneByOne.flush();
            }
            assertThat(rows(statement, "by_column"))
                    .as("with seed %d", seed)
                    .hasSize(CHANGES)
                    .isEqualTo(rows(statement, "one_by_one"));
        }
    }

    private static Schema schema(int width) {
        List<NestedField> columns = new ArrayList<>();
        columns.add(NestedField.required(1, "id", Types.LongType.get(), "bigint"));
        for (int i = 1; i < width; i++) {
            Column kind = KINDS.get(i % KINDS.size());
            columns.add(NestedField.optional(i + 1, "c" + i, kind.type(), kind.doc()));
        }
        return new Schema(columns);
    }

    private String envelope(int id, List<NestedField> columns) {
        String operation = List.of("c", "u", "d", "r").get(random.nextInt(4));
        boolean hasBefore = operation.equals("d") || operation.equals("u") && random.nextBoolean();
        List<String> before = image(id, columns);
        List<String> after = new ArrayList<>(before);
        for (int i = 1; i < after.size(); i++) {
            after.set(i, random.nextInt(3) == 0 ? image(id, columns).get(i) : after.get(i));
        }
        return "{\"before\":%s,\"after\":%s,\"op\":\"%s\",\"source\":{\"lsn\":%d,\"ts_us\":%d}}"
                .formatted(
                        hasBefore ? object(columns, before) : "null",
                        operation.equals("d") ? "null" : object(columns, after),
                        operation,
                        id,
                        1_700_000_000_000_000L + id);
    }

    private List<String> image(int id, List<NestedField> columns) {
        List<String> values = new ArrayList<>();
        values.add(Integer.toString(id));
        for (int i = 1; i < columns.size(); i++) {
            String[] choice = KINDS.get(i % KINDS.size()).values();
            int pick = random.nextInt(choice.length + 1);
            values.add(pick == choice.length ? "null" : choice[pick]);
        }
        return values;
    }

    private static String object(List<NestedField> columns, List<String> values) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> "\"%s\":%s".formatted(columns.get(i).name(), values.get(i)))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static List<String> rows(Statement statement, String table) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (ResultSet row = statement.executeQuery("SELECT t::VARCHAR FROM %s t ORDER BY off".formatted(table))) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }
}
