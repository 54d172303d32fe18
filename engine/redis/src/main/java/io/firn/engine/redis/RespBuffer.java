package io.firn.engine.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Commands as Redis reads them (RESP: an array of bulk strings), made without an object for each argument, which is
 * what most of the time goes into otherwise.
 */
final class RespBuffer {
    private static final byte[] END = {'\r', '\n'};

    private byte[] bytes;
    private int size;

    RespBuffer(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    /** Returns one whole command. */
    static byte[] command(String name, byte[]... arguments) {
        RespBuffer buffer =
                new RespBuffer(64).array(arguments.length + 1).bulk(name.getBytes(StandardCharsets.US_ASCII));
        for (byte[] argument : arguments) {
            buffer.bulk(argument);
        }
        return buffer.toBytes();
    }

    /** Returns one argument. */
    static byte[] argument(byte[] value) {
        return new RespBuffer(value.length + 16).bulk(value).toBytes();
    }

    /** Begins a command of so many arguments, its name among them. */
    RespBuffer array(int arguments) {
        return head('*', arguments);
    }

    /** Adds an argument. */
    RespBuffer bulk(byte[] value) {
        return head('$', value.length).raw(value).raw(END);
    }

    /** Adds an argument in decimal digits. */
    RespBuffer bulk(long number) {
        return bulk(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
    }

    /** Adds an argument that is part of something. */
    RespBuffer bulk(byte[] whole, int from, int length) {
        return head('$', length).raw(whole, from, length).raw(END);
    }

    /** Adds all that another holds as an argument. */
    RespBuffer bulk(RespBuffer other) {
        return bulk(other.bytes, 0, other.size);
    }

    /** Adds what is encoded already. */
    RespBuffer raw(byte[] encoded) {
        return raw(encoded, 0, encoded.length);
    }

    /** Adds all that another holds. */
    RespBuffer raw(RespBuffer other) {
        return raw(other.bytes, 0, other.size);
    }

    /** Adds part of something, as it is. */
    RespBuffer raw(byte[] whole, int from, int length) {
        reserve(length);
        System.arraycopy(whole, from, bytes, size, length);
        size += length;
        return this;
    }

    /** Adds one byte. */
    RespBuffer raw(int octet) {
        reserve(1);
        bytes[size++] = (byte) octet;
        return this;
    }

    /** Adds a number of some bytes, the least first. */
    RespBuffer littleEndian(long number, int octets) {
        for (int i = 0; i < octets; i++) {
            raw((int) (number >>> (8 * i)));
        }
        return this;
    }

    private RespBuffer head(char kind, int count) {
        reserve(16);
        bytes[size++] = (byte) kind;
        int first = size;
        int rest = count;
        do {
            bytes[size++] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        reverse(first, size - 1);
        return raw(END);
    }

    private void reverse(int first, int last) {
        for (int i = first, j = last; i < j; i++, j--) {
            byte swapped = bytes[i];
            bytes[i] = bytes[j];
            bytes[j] = swapped;
        }
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    /** Returns the checksum of all that is in it. */
    long crc64() {
        return Crc64.of(bytes, size);
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
