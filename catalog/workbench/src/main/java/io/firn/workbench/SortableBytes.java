package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.apache.iceberg.types.Type;

/**
 * Values as bytes that DuckDB puts in the order in which Iceberg puts the values (its {@code Comparators}): bytes are
 * compared unsigned, and no value's bytes begin with all of another one's.
 */
final class SortableBytes {
    private static final int DECIMAL_BYTES = 16;
    private static final int ESCAPED = 0xff;

    private SortableBytes() {}

    /**
     * Writes a value.
     *
     * @param value as Iceberg's library holds it inside, such as a {@code Long} for a timestamp
     * @throws FirnException for types that have no order, such as geometries
     */
    static void put(ByteSink sink, Type type, Object value) {
        switch (type.typeId()) {
            case BOOLEAN -> sink.putByte((Boolean) value ? 1 : 0);
            case INTEGER, DATE, LONG, TIME, TIMESTAMP, TIMESTAMP_NANO -> putSigned(sink, ((Number) value).longValue());
            case FLOAT, DOUBLE -> putFloating(sink, ((Number) value).doubleValue());
            case STRING -> putEscaped(sink, value.toString().getBytes(StandardCharsets.UTF_8));
            case FIXED, BINARY -> putEscaped(sink, bytes((ByteBuffer) value));
            case UUID -> {
                putSigned(sink, ((UUID) value).getMostSignificantBits());
                putSigned(sink, ((UUID) value).getLeastSignificantBits());
            }
            case DECIMAL -> putDecimal(sink, ((BigDecimal) value).unscaledValue());
            default ->
                throw new FirnException(ErrorCode.TYPE_UNSUPPORTED, "values of type %s have no order".formatted(type));
        }
    }

    private static void putSigned(ByteSink sink, long value) {
        sink.putLong(value ^ Long.MIN_VALUE);
    }

    /** As Java orders them, -0 before 0 and NaN last. */
    private static void putFloating(ByteSink sink, double value) {
        long bits = Double.doubleToLongBits(value);
        sink.putLong(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE);
    }

    private static void putDecimal(ByteSink sink, BigInteger unscaled) {
        byte[] padded = new byte[DECIMAL_BYTES];
        byte[] digits = unscaled.toByteArray();
        Arrays.fill(padded, (byte) (unscaled.signum() < 0 ? -1 : 0));
        System.arraycopy(digits, 0, padded, DECIMAL_BYTES - digits.length, digits.length);
        padded[0] ^= Byte.MIN_VALUE;
        sink.put(padded);
    }

    /** Zero becomes two bytes, so that two zeros can mark the end. */
    private static void putEscaped(ByteSink sink, byte[] bytes) {
        for (byte b : bytes) {
            sink.putByte(b);
            if (b == 0) {
                sink.putByte(ESCAPED);
            }
        }
        sink.putByte(0);
        sink.putByte(0);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
