package io.firn.workbench;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.variants.Variant;
import org.jspecify.annotations.Nullable;

/**
 * The digest of rows that are added one by one, of every type. It looks at the values themselves and knows nothing of
 * how {@link RowBytes} and files hold them, so that it notices what these lose.
 */
final class RowDigest {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(Long.SIZE);

    private final ByteSink sink = new ByteSink();
    private final MessageDigest algorithm = md5();
    private long rows;
    private long lower;
    private long upper;

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    void add(StructLike row) {
        sink.clear();
        struct(row);
        ByteBuffer hash = ByteBuffer.wrap(sink.digest(algorithm));
        upper += hash.getLong();
        lower += hash.getLong();
        rows++;
    }

    /** Returns the digest of the rows so far; its sums are those modulo 2^64. */
    Digest digest() {
        return new Digest(rows, unsigned(lower), unsigned(upper));
    }

    private static BigInteger unsigned(long value) {
        return BigInteger.valueOf(value).mod(TWO_TO_64);
    }

    private void struct(StructLike row) {
        sink.putByte('(');
        for (int i = 0; i < row.size(); i++) {
            value(row.get(i, Object.class));
        }
    }

    private void value(@Nullable Object value) {
        if (value == null) {
            sink.putByte('-');
        } else if (value instanceof Long || value instanceof Integer) {
            sink.putByte('n');
            sink.putLong(((Number) value).longValue());
        } else if (value instanceof Double || value instanceof Float) {
            sink.putByte('f');
            sink.putLong(Double.doubleToRawLongBits(((Number) value).doubleValue()));
        } else if (value instanceof CharSequence text) {
            bytes('t', text.toString().getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof Boolean truth) {
            sink.putByte(truth ? 'y' : 'o');
        } else if (value instanceof ByteBuffer bytes) {
            sink.putByte('b');
            sink.putInt(bytes.remaining());
            sink.put(bytes);
        } else if (value instanceof BigDecimal number) {
            bytes('d', number.toString().getBytes(StandardCharsets.ISO_8859_1));
        } else if (value instanceof UUID id) {
            bytes('u', id.toString().getBytes(StandardCharsets.ISO_8859_1));
        } else {
            nested(value);
        }
    }

    private void nested(Object value) {
        if (value instanceof StructLike struct) {
            struct(struct);
        } else if (value instanceof List<?> list) {
            sink.putByte('[');
            sink.putInt(list.size());
            list.forEach(this::value);
        } else if (value instanceof Map<?, ?> map) {
            sink.putByte('{');
            sink.putInt(map.size());
            map.forEach((key, of) -> {
                value(key);
                value(of);
            });
        } else if (value instanceof Variant variant) {
            bytes('v', RowBytes.bytes(variant));
        } else {
            throw new IllegalArgumentException("no digest of " + value.getClass());
        }
    }

    private void bytes(char kind, byte[] bytes) {
        sink.putByte(kind);
        sink.putInt(bytes.length);
        sink.put(bytes);
    }
}
