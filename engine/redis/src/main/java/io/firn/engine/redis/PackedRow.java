package io.firn.engine.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of a packed row, as DuckDB makes it: each is the number of its bytes, a colon and the bytes in
 * UTF-8; null is a dash.
 */
final class PackedRow {
    /** What {@link #advance} answers for null. */
    static final int NULL = -1;

    private final byte[] bytes;
    private int start;
    private int next;

    PackedRow(byte[] packed) {
        this.bytes = packed;
    }

    PackedRow(String packed) {
        this(packed.getBytes(StandardCharsets.UTF_8));
    }

    /** Goes to the next value and returns the number of its bytes, or {@link #NULL}. */
    int advance() {
        if (bytes[next] == '-') {
            next++;
            return NULL;
        }
        int length = 0;
        while (bytes[next] != ':') {
            length = length * 10 + bytes[next++] - '0';
        }
        start = next + 1;
        next = start + length;
        return length;
    }

    /** Returns where the value begins in {@link #bytes}. */
    int start() {
        return start;
    }

    /** Returns all of the row. */
    byte[] bytes() {
        return bytes;
    }

    /** Returns the next value. */
    byte @Nullable [] next() {
        return advance() == NULL ? null : Arrays.copyOfRange(bytes, start, next);
    }

    /** Returns about how much of a connection the row takes. */
    int size() {
        return bytes.length;
    }
}
