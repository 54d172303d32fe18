package io.firn.workbench;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Bytes that are written one after the other, big-endian, into an array that grows. */
final class ByteSink {
    private static final int INITIAL_BYTES = 256;

    private ByteBuffer bytes = ByteBuffer.allocate(INITIAL_BYTES);

    /** Forgets what was written. */
    void clear() {
        bytes.clear();
    }

    int length() {
        return bytes.position();
    }

    void putByte(int value) {
        reserve(Byte.BYTES);
        bytes.put((byte) value);
    }

    void putInt(int value) {
        reserve(Integer.BYTES);
        bytes.putInt(value);
    }

    void putLong(long value) {
        reserve(Long.BYTES);
        bytes.putLong(value);
    }

    void put(byte[] values) {
        reserve(values.length);
        bytes.put(values);
    }

    /** Writes what remains in a buffer, whose position stays. */
    void put(ByteBuffer values) {
        reserve(values.remaining());
        bytes.put(values.duplicate());
    }

    /** Turns the bits around of everything from a place on, so that what came first comes last. */
    void invert(int from) {
        for (int i = from; i < bytes.position(); i++) {
            bytes.put(i, (byte) ~bytes.get(i));
        }
    }

    /** Returns a copy of what was written. */
    byte[] toArray() {
        byte[] copy = new byte[bytes.position()];
        bytes.get(0, copy);
        return copy;
    }

    /** Returns the digest of what was written. */
    byte[] digest(MessageDigest algorithm) {
        algorithm.update(bytes.array(), 0, bytes.position());
        return algorithm.digest();
    }

    private void reserve(int more) {
        if (bytes.remaining() < more) {
            int wanted = Math.addExact(bytes.position(), more);
            int doubled = (int) Math.min(Integer.MAX_VALUE - Long.BYTES, 2L * bytes.capacity());
            ByteBuffer larger = ByteBuffer.allocate(Math.max(wanted, doubled));
            bytes.flip();
            larger.put(bytes);
            bytes = larger;
        }
    }
}
