package io.firn.compactor;

import io.firn.compactor.layout.Lineage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
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
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.variants.Variant;
import org.apache.iceberg.variants.Variants;
import org.jspecify.annotations.Nullable;

/** Rows of any type, written and read by Iceberg's own generic writer and reader. */
final class RandomRows {
    private static final long MICROS = 60_000_000_000_000_000L;
    private static final LocalDateTime EPOCH = LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC);

    private final Random random;

    RandomRows(Random random) {
        this.random = random;
    }

    /** Appends one file of rows of which the first column is the given id. */
    void append(Table table, LongStream ids) {
        append(table, ids.mapToObj(id -> record(table.schema(), id)).toList());
    }

    /** Appends one file of rows of one partition. */
    static void append(Table table, List<Record> records) {
        table.newAppend().appendFile(write(table, records)).commit();
    }

    private static DataFile write(Table table, List<Record> records) {
        String location = table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet");
        try {
            DataWriter<Record> writer = Parquet.writeData(table.io().newOutputFile(location))
                    .forTable(table)
                    .createWriterFunc(GenericParquetWriter::create)
                    .withSpec(table.spec())
                    .withPartition(partition(table, records.get(0)))
                    .build();
            try (writer) {
                records.forEach(writer::write);
            }
            return writer.toDataFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable StructLike partition(Table table, Record record) {
        if (table.spec().isUnpartitioned()) {
            return null;
        }
        PartitionKey key = new PartitionKey(table.spec(), table.schema());
        key.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(record));
        return key;
    }

    private Record record(Schema schema, long id) {
        Record record = GenericRecord.create(schema);
        record.set(0, id);
        for (int i = 1; i < schema.columns().size(); i++) {
            record.set(i, value(schema.columns().get(i).type()));
        }
        return record;
    }

    /** A value, every seventh of them null. */
    private @Nullable Object value(Type type) {
        if (random.nextInt(7) == 0) {
            return null;
        }
        return switch (type.typeId()) {
            case UNKNOWN -> null;
            case BOOLEAN -> random.nextBoolean();
            case INTEGER -> random.nextInt();
            case LONG -> random.nextLong();
            case FLOAT -> special(Float.NaN, -0.0f, Float.NEGATIVE_INFINITY, random.nextFloat());
            case DOUBLE -> special(Double.NaN, -0.0, Double.POSITIVE_INFINITY, random.nextGaussian());
            case DECIMAL -> decimal((Types.DecimalType) type);
            case DATE -> LocalDate.ofEpochDay(random.nextInt(200_000) - 100_000);
            case TIME -> time();
            case TIMESTAMP ->
                zoned(
                        ((Types.TimestampType) type).shouldAdjustToUTC(),
                        timestamp(random.nextLong(-MICROS, MICROS), 1000));
            case TIMESTAMP_NANO -> zoned(((Types.TimestampNanoType) type).shouldAdjustToUTC(), timestamp(nanos(), 1));
            case STRING -> special("", "\0", "\0a", "Zürich \uD83D\uDE00", Long.toString(random.nextLong(), 36));
            case UUID -> new UUID(random.nextLong(), random.nextLong());
            case FIXED -> fixed(((Types.FixedType) type).length());
            case BINARY -> bytes(random.nextInt(20));
            case GEOMETRY, GEOGRAPHY -> point();
            case VARIANT -> variant();
            case LIST -> list(((Types.ListType) type).elementType());
            case MAP -> map((Types.MapType) type);
            case STRUCT -> struct(type.asStructType());
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

    private LocalTime time() {
        long last = LocalTime.MAX.toNanoOfDay() / 1000;
        return LocalTime.ofNanoOfDay(1000 * special(0L, last, random.nextLong(last)));
    }

    private long nanos() {
        return special(Long.MIN_VALUE, Long.MAX_VALUE, -1L, random.nextLong());
    }

    private static LocalDateTime timestamp(long units, long nanosPerUnit) {
        long perSecond = 1_000_000_000 / nanosPerUnit;
        return EPOCH.plusSeconds(Math.floorDiv(units, perSecond))
                .plusNanos(Math.floorMod(units, perSecond) * nanosPerUnit);
    }

    private static Object zoned(boolean utc, LocalDateTime local) {
        return utc ? local.atOffset(ZoneOffset.UTC) : local;
    }

    private byte[] fixed(int length) {
        byte[] bytes = new byte[length];
        if (random.nextInt(10) > 0) {
            random.nextBytes(bytes);
        }
        return bytes;
    }

    private ByteBuffer bytes(int length) {
        return ByteBuffer.wrap(fixed(length));
    }

    /** Well-known binary. */
    private ByteBuffer point() {
        ByteBuffer bytes = ByteBuffer.allocate(21).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 1).putInt(1).putDouble(random.nextDouble(360) - 180).putDouble(random.nextDouble(180) - 90);
        return bytes.flip();
    }

    private Variant variant() {
        var metadata = Variants.metadata("a", "b");
        var object = Variants.object(metadata);
        object.put("a", Variants.of(random.nextLong()));
        if (random.nextBoolean()) {
            object.put("b", Variants.of("text " + random.nextInt(10)));
        }
        return random.nextInt(3) == 0
                ? Variant.of(Variants.emptyMetadata(), Variants.of(random.nextInt()))
                : Variant.of(metadata, object);
    }

    private List<@Nullable Object> list(Type element) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(value(element));
        }
        return list;
    }

    private Map<Object, @Nullable Object> map(Types.MapType type) {
        Map<Object, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            map.put(key(type.keyType(), i), value(type.valueType()));
        }
        return map;
    }

    /** A key of its own for each number. */
    private Object key(Type type, int number) {
        if (type instanceof Types.FixedType fixed) {
            byte[] bytes = fixed(fixed.length());
            bytes[0] = (byte) number;
            return bytes;
        }
        return "k" + number;
    }

    private Record struct(Types.StructType type) {
        Record record = GenericRecord.create(type);
        type.fields().forEach(field -> record.setField(field.name(), value(field.type())));
        return record;
    }

    /** Returns the table's rows with their lineage, in the order in which Iceberg's own reader finds them. */
    static List<Record> read(Table table) {
        table.refresh();
        return read(table, table.currentSnapshot().snapshotId());
    }

    private static List<Record> read(Table table, long snapshotId) {
        List<NestedField> columns = new ArrayList<>(table.schema().columns());
        if (Lineage.of(table) == Lineage.PRESENT) {
            columns.add(MetadataColumns.ROW_ID);
            columns.add(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER);
        }
        try (CloseableIterable<Record> records = IcebergGenerics.read(table)
                .useSnapshot(snapshotId)
                .project(new Schema(columns))
                .build()) {
            List<Record> rows = new ArrayList<>();
            records.forEach(rows::add);
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the table's rows with their lineage as texts in an order of their own. */
    static List<String> texts(Table table) {
        table.refresh();
        return texts(table, table.currentSnapshot().snapshotId());
    }

    static List<String> texts(Table table, long snapshotId) {
        int columns = table.schema().columns().size() + (Lineage.of(table) == Lineage.PRESENT ? 2 : 0);
        List<String> rows = new ArrayList<>();
        // the reader leaves columns in that it needed for deletes
        read(table, snapshotId).forEach(record -> rows.add(text(record, columns)));
        Collections.sort(rows);
        return rows;
    }

    private static String text(Record record, int columns) {
        return IntStream.range(0, columns)
                .mapToObj(i -> text(record.get(i)))
                .collect(Collectors.joining("|", "(", ")"));
    }

    private static String text(@Nullable Object value) {
        if (value instanceof Record record) {
            return text(record, record.size());
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> text(entry.getKey()) + "=" + text(entry.getValue()))
                    .sorted()
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(RandomRows::text).collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof ByteBuffer bytes) {
            return "0x" + StandardCharsets.ISO_8859_1.decode(bytes.duplicate());
        }
        if (value instanceof byte[] bytes) {
            return text(ByteBuffer.wrap(bytes));
        }
        return value instanceof Variant variant ? Variant.toString(variant) : Objects.toString(value);
    }
}
