package io.firn.workbench;

import io.firn.catalog.PostgresTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.ByteBuffers;
import org.jspecify.annotations.Nullable;

/**
 * The same seeded rows in PostgreSQL and as Iceberg records, with a column of every PostgreSQL type. Values of types
 * that are strings in the lake are PostgreSQL's text of them.
 */
final class PostgresRows {
    private static final List<String> TYPES = List.of(
            "bigint",
            "smallint",
            "integer",
            "boolean",
            "real",
            "double precision",
            "numeric(9,2)",
            "numeric(18,4)",
            "numeric(38,10)",
            "numeric(5,0)",
            "numeric(2,2)",
            "money",
            "date",
            "timestamp without time zone",
            "timestamp with time zone",
            "text",
            "character varying(60)",
            "character(60)",
            "bytea",
            "integer[]",
            "double precision[]",
            "real[]",
            "boolean[]",
            "numeric(9,2)[]",
            "text[]",
            "bytea[]",
            "date[]",
            "timestamp with time zone[]",
            "hstore",
            "numeric",
            "uuid",
            "jsonb",
            "json",
            "time without time zone",
            "time with time zone",
            "interval",
            "inet",
            "int4range",
            "mood",
            "bit(3)",
            "xml");

    private final Random random;
    private final AllTypes values;
    private final Schema schema;

    PostgresRows(long seed) {
        this.random = new Random(seed);
        this.values = new AllTypes(seed);
        AtomicInteger id = new AtomicInteger();
        List<NestedField> fields = new ArrayList<>();
        for (String type : TYPES) {
            String name = fields.isEmpty() ? "id" : "c" + fields.size();
            fields.add(NestedField.optional(
                    id.incrementAndGet(), name, PostgresTypes.icebergType(type, id::incrementAndGet), type));
        }
        this.schema = TypeUtil.assignFreshIds(new Schema(fields), new AtomicInteger()::incrementAndGet);
    }

    Schema schema() {
        return schema;
    }

    void create(Connection connection) throws SQLException {
        String columns = schema.columns().stream()
                .map(column -> column.name() + " " + column.doc())
                .collect(Collectors.joining(", "));
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET timezone = 'UTC'");
            statement.execute("CREATE EXTENSION hstore");
            statement.execute("CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'glad')");
            statement.execute("CREATE TABLE everything (" + columns + ")");
        }
    }

    /** Inserts rows and returns them as the lake should have them. */
    List<Record> insert(Connection connection, int count) throws SQLException {
        List<Record> records = new ArrayList<>();
        String parameters = schema.columns().stream()
                .map(column -> "CAST(? AS " + column.doc() + ")")
                .collect(Collectors.joining(", "));
        String texts = schema.columns().stream()
                .map(column -> "CASE WHEN %1$s IS NOT NULL THEN concat(%1$s) END".formatted(column.name()))
                .collect(Collectors.joining(", "));
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO everything VALUES (%s) RETURNING %s".formatted(parameters, texts))) {
            for (long id = 0; id < count; id++) {
                records.add(insert(insert, id));
            }
        }
        return records;
    }

    private Record insert(PreparedStatement insert, long id) throws SQLException {
        Record record = GenericRecord.create(schema);
        for (int i = 0; i < TYPES.size(); i++) {
            Type type = schema.columns().get(i).type();
            Object value = i == 0 ? (Object) id : value(TYPES.get(i), type);
            insert.setString(i + 1, value == null ? null : text(value));
            record.set(i, value);
        }
        try (ResultSet row = insert.executeQuery()) {
            row.next();
            for (int i = 0; i < TYPES.size(); i++) {
                if (schema.columns().get(i).type().typeId() == Type.TypeID.STRING) {
                    record.set(i, row.getString(i + 1));
                }
            }
        }
        return record;
    }

    private @Nullable Object value(String postgres, Type type) {
        if (type.typeId() == Type.TypeID.STRING || postgres.equals("money") || postgres.equals("smallint")) {
            return random.nextInt(6) == 0 ? null : special(postgres);
        }
        return type.isMapType() ? hstore() : values.value(type);
    }

    private @Nullable Object hstore() {
        Types.MapType type = Types.MapType.ofOptional(1, 2, Types.StringType.get(), Types.StringType.get());
        return values.value(type);
    }

    private @Nullable Object special(String postgres) {
        int n = random.nextInt(1000);
        return switch (postgres) {
            case "smallint" -> n - 500;
            case "money" -> BigDecimal.valueOf(random.nextLong(1L << 60) - (1L << 59), 2);
            case "numeric" -> n < 100 ? "NaN" : new BigDecimal(new BigInteger(200, random), n % 40).toPlainString();
            case "uuid" -> new UUID(random.nextLong(), random.nextLong()).toString();
            case "jsonb", "json" -> "{\"b\":  [1, %d.50, null], \"a\": \"é\\u0041\"}".formatted(n);
            case "time without time zone" -> "%02d:00:%02d.%d".formatted(n % 24, n % 60, n);
            case "time with time zone" -> "%02d:00:00+0%d:30".formatted(n % 24, n % 9);
            case "interval" -> "%d months %d days %d.5 seconds".formatted(n % 30, n - 500, n);
            case "inet" -> "10.0.%d.%d/24".formatted(n % 256, n % 100);
            case "int4range" -> "[%d,%d]".formatted(n, n + 5);
            case "mood" -> List.of("sad", "it's ok", "glad").get(n % 3);
            case "bit(3)" -> List.of("000", "101", "111").get(n % 3);
            case "xml" -> "<a b=\"%d\">é</a>".formatted(n);
            default -> values.value(Types.StringType.get());
        };
    }

    /** A value as PostgreSQL's input functions read it. */
    private static String text(Object value) {
        if (value instanceof ByteBuffer bytes) {
            return "\\x" + HexFormat.of().formatHex(ByteBuffers.toByteArray(bytes));
        }
        if (value instanceof List<?> list) {
            return list.stream()
                    .map(item -> item == null ? "NULL" : quoted(text(item)))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> quoted((String) entry.getKey())
                            + "=>"
                            + (entry.getValue() == null ? "NULL" : quoted((String) entry.getValue())))
                    .collect(Collectors.joining(","));
        }
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
