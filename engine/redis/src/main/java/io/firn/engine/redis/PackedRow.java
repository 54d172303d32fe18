package io.firn.engine.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of a packed row: each is the number of its bytes, a colon and the bytes in UTF-8; null is a dash.
 */
final class PackedRow {
    private final byte[] bytes;
    private int next;

    PackedRow(String packed) {
        this.bytes = packed.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the next value. */
    byte @Nullable [] next() {
        if (bytes[next] == '-') {
            next++;
            return null;
        }
        int length = 0;
        while (bytes[next] != ':') {
            length = length * 10 + bytes[next++] - '0';
        }
        int start = next + 1;
        next = start + length;
        return Arrays.copyOfRange(bytes, start, next);
    }

    /** Returns about how much of a connection the row takes. */
    int size() {
        return bytes.length;
    }
}
