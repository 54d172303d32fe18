package io.firn.bench.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing byte array that writes text without making strings. */
final class Bytes {

    private byte[] buffer = new byte[4096];
    private int size;

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    void clear() {
        size = 0;
    }

    Bytes put(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, buffer, size, bytes.length);
        size += bytes.length;
        return this;
    }

    Bytes put(char ascii) {
        reserve(1);
        buffer[size++] = (byte) ascii;
        return this;
    }

    /** A number that is not negative, in decimal digits. */
    Bytes put(long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        return putPadded(number, digits);
    }

    /** A number that is not negative, with zeroes in front. */
    Bytes putPadded(long number, int digits) {
        reserve(digits);
        long rest = number;
        for (int i = size + digits - 1; i >= size; i--) {
            buffer[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
        return this;
    }

    byte[] toArray() {
        return Arrays.copyOf(buffer, size);
    }

    private void reserve(int more) {
        if (size + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
        }
    }
}
