package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.variants.Variant;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one type as bytes, and back. Values are those that Iceberg's library holds inside, so nothing is converted: a
 * time is its microseconds, a timestamp its micro- or nanoseconds.
 */
final class RowBytes {
    private final Types.StructType type;
    private final ByteSink sink = new ByteSink();

    RowBytes(Types.StructType type) {
        this.type = type;
    }

    /** Returns a row's bytes. */
    byte[] write(StructLike row) {
        sink.clear();
        struct(type, row);
        return sink.toArray();
    }

    private void struct(Types.StructType struct, StructLike row) {
        List<NestedField> fields = struct.fields();
        for (int i = 0; i < fields.size(); i++) {
            optional(fields.get(i).type(), row.get(i, Object.class));
        }
    }

    private void optional(Type of, @Nullable Object value) {
        sink.putByte(value == null ? 0 : 1);
        if (value != null) {
            value(of, value);
        }
    }

    private void value(Type of, Object value) {
        switch (of.typeId()) {
            case BOOLEAN -> sink.putByte((Boolean) value ? 1 : 0);
            case INTEGER, DATE -> sink.putInt(((Number) value).intValue());
            case LONG, TIME, TIMESTAMP, TIMESTAMP_NANO -> sink.putLong(((Number) value).longValue());
            case FLOAT -> sink.putInt(Float.floatToRawIntBits(((Number) value).floatValue()));
            case DOUBLE -> sink.putLong(Double.doubleToRawLongBits(((Number) value).doubleValue()));
            case STRING -> sized(value.toString().getBytes(StandardCharsets.UTF_8));
            case UUID -> {
                sink.putLong(((UUID) value).getMostSignificantBits());
                sink.putLong(((UUID) value).getLeastSignificantBits());
            }
            case FIXED, BINARY, GEOMETRY, GEOGRAPHY -> sized((ByteBuffer) value);
            case DECIMAL -> decimal((BigDecimal) value);
            case VARIANT -> sized(bytes((Variant) value));
            case LIST -> list(of.asListType(), (List<?>) value);
            case MAP -> map(of.asMapType(), (Map<?, ?>) value);
            case STRUCT -> struct(of.asStructType(), (StructLike) value);
            default -> throw unsupported(of);
        }
    }

    private void sized(byte[] bytes) {
        sink.putInt(bytes.length);
        sink.put(bytes);
    }

    private void sized(ByteBuffer bytes) {
        sink.putInt(bytes.remaining());
        sink.put(bytes);
    }

    private void decimal(BigDecimal value) {
        sink.putInt(value.scale());
        sized(value.unscaledValue().toByteArray());
    }

    private void list(Types.ListType of, List<?> values) {
        sink.putInt(values.size());
        values.forEach(value -> optional(of.elementType(), value));
    }

    private void map(Types.MapType of, Map<?, ?> values) {
        sink.putInt(values.size());
        values.forEach((key, value) -> {
            optional(of.keyType(), key);
            optional(of.valueType(), value);
        });
    }

    /** Returns a variant's metadata followed by its value, as Parquet stores them. */
    static byte[] bytes(Variant variant) {
        int metadata = variant.metadata().sizeInBytes();
        int value = variant.value().sizeInBytes();
        ByteBuffer buffer = ByteBuffer.allocate(metadata + value).order(ByteOrder.LITTLE_ENDIAN);
        variant.metadata().writeTo(buffer, 0);
        variant.value().writeTo(buffer, metadata);
        return buffer.array();
    }

    private static FirnException unsupported(Type type) {
        return new FirnException(ErrorCode.TYPE_UNSUPPORTED, "values of type %s are not known here".formatted(type));
    }

    /** Returns the row that was written as these bytes. */
    StructLike read(byte[] bytes) {
        return readStruct(type, ByteBuffer.wrap(bytes));
    }

    private static GenericRecord readStruct(Types.StructType struct, ByteBuffer bytes) {
        GenericRecord row = GenericRecord.create(struct);
        List<NestedField> fields = struct.fields();
        for (int i = 0; i < fields.size(); i++) {
            row.set(i, readOptional(fields.get(i).type(), bytes));
        }
        return row;
    }

    private static @Nullable Object readOptional(Type of, ByteBuffer bytes) {
        return bytes.get() == 0 ? null : readValue(of, bytes);
    }

    private static Object readValue(Type of, ByteBuffer bytes) {
        return switch (of.typeId()) {
            case BOOLEAN -> bytes.get() != 0;
            case INTEGER, DATE -> bytes.getInt();
            case LONG, TIME, TIMESTAMP, TIMESTAMP_NANO -> bytes.getLong();
            case FLOAT -> Float.intBitsToFloat(bytes.getInt());
            case DOUBLE -> Double.longBitsToDouble(bytes.getLong());
            case STRING -> new String(readSized(bytes), StandardCharsets.UTF_8);
            case UUID -> new UUID(bytes.getLong(), bytes.getLong());
            case FIXED, BINARY, GEOMETRY, GEOGRAPHY -> ByteBuffer.wrap(readSized(bytes));
            case DECIMAL -> readDecimal(bytes);
            case VARIANT -> Variant.from(ByteBuffer.wrap(readSized(bytes)).order(ByteOrder.LITTLE_ENDIAN));
            case LIST -> readList(of.asListType(), bytes);
            case MAP -> readMap(of.asMapType(), bytes);
            case STRUCT -> readStruct(of.asStructType(), bytes);
            default -> throw unsupported(of);
        };
    }

    private static byte[] readSized(ByteBuffer bytes) {
        byte[] value = new byte[bytes.getInt()];
        bytes.get(value);
        return value;
    }

    private static BigDecimal readDecimal(ByteBuffer bytes) {
        int scale = bytes.getInt();
        return new BigDecimal(new BigInteger(readSized(bytes)), scale);
    }

    private static List<@Nullable Object> readList(Types.ListType of, ByteBuffer bytes) {
        int size = bytes.getInt();
        List<@Nullable Object> values = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            values.add(readOptional(of.elementType(), bytes));
        }
        return values;
    }

    private static Map<@Nullable Object, @Nullable Object> readMap(Types.MapType of, ByteBuffer bytes) {
        int size = bytes.getInt();
        Map<@Nullable Object, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            Object key = readOptional(of.keyType(), bytes);
            values.put(key, readOptional(of.valueType(), bytes));
        }
        return values;
    }
}
