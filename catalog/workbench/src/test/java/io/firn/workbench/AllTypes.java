package io.firn.workbench;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** A table with a column of every type, and seeded rows that favour the ends of each type's range. */
final class AllTypes {
    private static final AtomicInteger LAST_ID = new AtomicInteger();

    static final Schema SCHEMA = TypeUtil.assignFreshIds(
            new Schema(
                    required(1, "id", Types.LongType.get()),
                    optional(2, "flag", Types.BooleanType.get()),
                    optional(3, "small", Types.IntegerType.get()),
                    optional(4, "big", Types.LongType.get()),
                    optional(5, "single", Types.FloatType.get()),
                    optional(6, "twice", Types.DoubleType.get()),
                    optional(7, "day", Types.DateType.get()),
                    optional(8, "local", Types.TimestampType.withoutZone()),
                    optional(9, "instant", Types.TimestampType.withZone()),
                    optional(10, "text", Types.StringType.get()),
                    optional(11, "bytes", Types.BinaryType.get()),
                    optional(12, "price", Types.DecimalType.of(9, 2)),
                    optional(13, "money", Types.DecimalType.of(18, 4)),
                    optional(14, "huge", Types.DecimalType.of(38, 10)),
                    optional(15, "tags", Types.ListType.ofOptional(20, Types.StringType.get())),
                    optional(
                            16,
                            "counts",
                            Types.MapType.ofOptional(21, 22, Types.StringType.get(), Types.LongType.get())),
                    optional(
                            17,
                            "nested \"x\"",
                            Types.StructType.of(
                                    optional(23, "a", Types.IntegerType.get()),
                                    optional(24, "b", Types.ListType.ofOptional(25, Types.DecimalType.of(5, 1))))),
                    optional(
                            18,
                            "parts",
                            Types.ListType.ofOptional(
                                    26, Types.StructType.of(optional(27, "p", Types.DoubleType.get())))),
                    optional(19, "uuid", Types.UUIDType.get()),
                    optional(28, "clock", Types.TimeType.get())),
            LAST_ID::incrementAndGet);

    private static final String[] TEXTS = {
        "", " ", "NULL", "a|b", "\\N", "\"quoted\"", "it's", "😀 emoji", "é\n\t", "\u0001"
    };

    private final Random random;

    AllTypes(long seed) {
        this.random = new Random(seed);
    }

    List<Record> records(int count) {
        List<Record> records = new ArrayList<>();
        for (long id = 0; id < count; id++) {
            Record row = GenericRecord.create(SCHEMA);
            for (NestedField field : SCHEMA.columns()) {
                row.setField(field.name(), field.isRequired() ? (Object) id : value(field.type()));
            }
            records.add(row);
        }
        return records;
    }

    @Nullable
    Object value(Type type) {
        if (random.nextInt(6) == 0) {
            return null;
        }
        return switch (type.typeId()) {
            case BOOLEAN -> random.nextBoolean();
            case INTEGER -> pick(random.nextInt(), 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> pick(random.nextLong(), 0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT ->
                pick(
                        (float) random.nextGaussian(),
                        Float.NaN,
                        -0f,
                        Float.POSITIVE_INFINITY,
                        Float.NEGATIVE_INFINITY,
                        Float.MIN_VALUE,
                        Float.MAX_VALUE);
            case DOUBLE ->
                pick(
                        random.nextGaussian(),
                        Double.NaN,
                        -0d,
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY,
                        Double.MIN_VALUE,
                        Double.MAX_VALUE,
                        0.1);
            case DATE ->
                pick(
                        LocalDate.ofEpochDay(random.nextInt(40_000) - 10_000),
                        LocalDate.of(1, 1, 1),
                        LocalDate.of(9999, 12, 31),
                        LocalDate.of(1969, 12, 31));
            case TIME -> LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000L) * 1000);
            case TIMESTAMP -> timestamp((Types.TimestampType) type);
            case STRING -> pick(text(), TEXTS);
            case UUID -> new UUID(random.nextLong(), random.nextLong());
            case BINARY -> ByteBuffer.wrap(text().getBytes(StandardCharsets.UTF_16));
            case DECIMAL -> decimal((Types.DecimalType) type);
            case LIST -> list(type.asListType().elementType());
            case MAP -> map(type.asMapType());
            case STRUCT -> struct(type.asStructType());
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    private Object timestamp(Types.TimestampType type) {
        long micros = pick(
                random.nextLong(4_000_000_000_000_000L) - 1_000_000_000_000_000L,
                -1L,
                0L,
                -62_135_596_800_000_000L,
                253_402_300_799_999_999L);
        Instant instant =
                Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
        return type.shouldAdjustToUTC()
                ? instant.atOffset(ZoneOffset.UTC)
                : instant.atOffset(ZoneOffset.UTC).toLocalDateTime();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            text.appendCodePoint(
                    pick('a' + random.nextInt(26), 0xE9, 0x1F600 + random.nextInt(40), 0x4E2D, (int) '\'', (int) '\\'));
        }
        return text.toString();
    }

    private BigDecimal decimal(Types.DecimalType type) {
        BigInteger max = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
        BigInteger unscaled = pick(
                new BigInteger(100, random)
                        .mod(max)
                        .multiply(random.nextBoolean() ? BigInteger.ONE : BigInteger.ONE.negate()),
                BigInteger.ZERO,
                max,
                max.negate());
        return new BigDecimal(unscaled, type.scale());
    }

    private List<@Nullable Object> list(Type element) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(value(element));
        }
        return list;
    }

    private Map<String, @Nullable Object> map(Types.MapType type) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            map.put(text() + i, value(type.valueType()));
        }
        return map;
    }

    private Record struct(Types.StructType type) {
        Record struct = GenericRecord.create(type);
        type.fields().forEach(field -> struct.setField(field.name(), value(field.type())));
        return struct;
    }

    @SafeVarargs
    private <T> T pick(T usual, T... ends) {
        return random.nextInt(3) > 0 ? usual : ends[random.nextInt(ends.length)];
    }

    /** Writes records with Iceberg's own writer. */
    static DataFile write(Table table, String name, List<Record> records) throws IOException {
        DataWriter<Record> writer = Parquet.writeData(
                        table.io().newOutputFile(table.locationProvider().newDataLocation(name + ".parquet")))
                .schema(table.schema())
                .createWriterFunc(GenericParquetWriter::create)
                .withSpec(PartitionSpec.unpartitioned())
                .build();
        try (writer) {
            records.forEach(writer::write);
        }
        return writer.toDataFile();
    }
}
