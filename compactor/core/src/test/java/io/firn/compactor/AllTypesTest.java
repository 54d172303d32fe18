package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that Iceberg's own writer wrote, of every type and nested, are what its reader reads after a rewrite. */
class AllTypesTest {
    private static final Types.StructType INNER = Types.StructType.of(
            NestedField.optional(60, "when", Types.TimestampType.withZone()),
            NestedField.optional(61, "amounts", Types.ListType.ofOptional(62, Types.DecimalType.of(18, 4))));
    private static final Schema SCHEMA = new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "flag", Types.BooleanType.get()),
            NestedField.optional(3, "small", Types.IntegerType.get()),
            NestedField.optional(4, "ratio", Types.FloatType.get()),
            NestedField.optional(5, "measure", Types.DoubleType.get()),
            NestedField.optional(6, "cents", Types.DecimalType.of(9, 2)),
            NestedField.optional(7, "exact", Types.DecimalType.of(18, 4)),
            NestedField.optional(8, "large", Types.DecimalType.of(38, 10)),
            NestedField.optional(9, "day", Types.DateType.get()),
            NestedField.optional(10, "local", Types.TimestampType.withoutZone()),
            NestedField.optional(11, "moment", Types.TimestampType.withZone()),
            NestedField.optional(12, "text", Types.StringType.get()),
            NestedField.optional(13, "token", Types.UUIDType.get()),
            NestedField.optional(14, "bytes", Types.BinaryType.get()),
            NestedField.optional(15, "texts", Types.ListType.ofOptional(50, Types.StringType.get())),
            NestedField.optional(
                    16, "counts", Types.MapType.ofOptional(51, 52, Types.StringType.get(), Types.LongType.get())),
            NestedField.optional(17, "inner", INNER),
            NestedField.optional(
                    18,
                    "deep",
                    Types.ListType.ofOptional(
                            53,
                            Types.MapType.ofOptional(
                                    54,
                                    55,
                                    Types.StringType.get(),
                                    Types.StructType.of(NestedField.optional(56, "x", Types.DoubleType.get()))))));

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("firn.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void everyTypeIsKept(int formatVersion) {
        try (TestLake lake = new TestLake(folder);
                Compaction compaction = lake.compaction(1 << 20)) {
            Table table = lake.lake
                    .catalog()
                    .buildTable(lake.lake.identifier("types"), SCHEMA)
                    .withSortOrder(SortOrder.builderFor(SCHEMA).asc("id").build())
                    .withProperty("format-version", Integer.toString(formatVersion))
                    .create();
            for (int file = 0; file < 4; file++) {
                int first = file;
                append(
                        table,
                        IntStream.range(0, 300)
                                .mapToObj(i -> record(first + 4L * i))
                                .toList());
            }
            List<String> before = rows(table);
            CompactionResult result = compaction.run(table);
            assertThat(result.failed()).as("seed %d", seed).isEmpty();
            assertThat(TestLake.files(table)).as("seed %d", seed).hasSize(1);
            assertThat(rows(table)).as("seed %d", seed).hasSize(1200).isEqualTo(before);
        }
    }

    private Record record(long id) {
        Record record = GenericRecord.create(SCHEMA);
        record.setField("id", id);
        for (NestedField field : SCHEMA.columns().subList(1, SCHEMA.columns().size())) {
            record.setField(field.name(), value(field.type()));
        }
        return record;
    }

    /** A value, every seventh of them null. */
    private @Nullable Object value(Type type) {
        if (random.nextInt(7) == 0) {
            return null;
        }
        return switch (type.typeId()) {
            case BOOLEAN -> random.nextBoolean();
            case INTEGER -> random.nextInt();
            case LONG -> random.nextLong();
            case FLOAT -> special(Float.NaN, -0.0f, Float.NEGATIVE_INFINITY, random.nextFloat());
            case DOUBLE -> special(Double.NaN, -0.0, Double.POSITIVE_INFINITY, random.nextGaussian());
            case DECIMAL -> decimal((Types.DecimalType) type);
            case DATE -> LocalDate.ofEpochDay(random.nextInt(200_000) - 100_000);
            case TIMESTAMP -> timestamp((Types.TimestampType) type);
            case STRING -> special("", "\0", "Zürich \uD83D\uDE00", Long.toString(random.nextLong(), 36));
            case UUID -> new UUID(random.nextLong(), random.nextLong());
            case BINARY -> bytes();
            case LIST -> list(((Types.ListType) type).elementType());
            case MAP -> map(((Types.MapType) type).valueType());
            case STRUCT -> struct(type.asStructType());
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    @SafeVarargs
    private <T> T special(T... values) {
        return values[random.nextInt(values.length)];
    }

    private BigDecimal decimal(Types.DecimalType type) {
        BigInteger bound = BigInteger.TEN.pow(type.precision());
        BigInteger digits = new BigInteger(bound.bitLength() + 8, random).mod(bound);
        return new BigDecimal(random.nextBoolean() ? digits : digits.negate(), type.scale());
    }

    private Object timestamp(Types.TimestampType type) {
        long micros = random.nextLong(-60_000_000_000_000_000L, 60_000_000_000_000_000L);
        LocalDateTime local = LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L), (int) Math.floorMod(micros, 1_000_000L) * 1000, ZoneOffset.UTC);
        return type.shouldAdjustToUTC() ? local.atOffset(ZoneOffset.UTC) : local;
    }

    private ByteBuffer bytes() {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private List<@Nullable Object> list(Type element) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(value(element));
        }
        return list;
    }

    private Map<String, @Nullable Object> map(Type value) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            map.put("k" + i, value(value));
        }
        return map;
    }

    private Record struct(Types.StructType type) {
        Record record = GenericRecord.create(type);
        type.fields().forEach(field -> record.setField(field.name(), value(field.type())));
        return record;
    }

    private static void append(Table table, List<Record> records) {
        String location = table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet");
        try {
            DataWriter<Record> writer = Parquet.writeData(table.io().newOutputFile(location))
                    .forTable(table)
                    .createWriterFunc(GenericParquetWriter::create)
                    .withSpec(PartitionSpec.unpartitioned())
                    .build();
            try (writer) {
                records.forEach(writer::write);
            }
            DataFile file = writer.toDataFile();
            table.newAppend().appendFile(file).commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> rows(Table table) {
        table.refresh();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            List<String> rows = new ArrayList<>();
            records.forEach(record -> rows.add(text(record)));
            Collections.sort(rows);
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(@Nullable Object value) {
        if (value instanceof Record record) {
            return IntStream.range(0, record.size())
                    .mapToObj(i -> text(record.get(i)))
                    .collect(Collectors.joining("|", "(", ")"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> text(entry.getKey()) + "=" + text(entry.getValue()))
                    .sorted()
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(AllTypesTest::text).collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof ByteBuffer bytes) {
            return "0x" + StandardCharsets.ISO_8859_1.decode(bytes.duplicate());
        }
        return Objects.toString(value);
    }
}
