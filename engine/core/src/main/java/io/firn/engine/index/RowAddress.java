package io.firn.engine.index;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a row is: a file by its number in the index, the row's place in it from 0, and its lineage id where the file
 * stores one.
 *
 * @param storedRowId the {@code _row_id} written in the file; -1 when it follows from the file and the place
 */
record RowAddress(int file, long position, long storedRowId) {
    static final long INHERITED = -1;

    byte[] encode() {
        byte[] bytes = new byte
                [varintBytes(file) + varintBytes(position) + (storedRowId == INHERITED ? 0 : varintBytes(storedRowId))];
        int at = putVarint(bytes, putVarint(bytes, 0, file), position);
        if (storedRowId != INHERITED) {
            putVarint(bytes, at, storedRowId);
        }
        return bytes;
    }

    static @Nullable RowAddress decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int file = (int) varint(in);
        long position = varint(in);
        return new RowAddress(file, position, in.hasRemaining() ? varint(in) : INHERITED);
    }

    private static int varintBytes(long value) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
    }

    /** @return where the next goes */
    private static int putVarint(byte[] out, int start, long value) {
        int at = start;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out[at++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out[at++] = (byte) rest;
        return at;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
