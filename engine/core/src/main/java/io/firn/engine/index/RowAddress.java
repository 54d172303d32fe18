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

    private static final int MAX_BYTES = 5 + 10 + 10;

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
        putVarint(out, file);
        putVarint(out, position);
        if (storedRowId != INHERITED) {
            putVarint(out, storedRowId);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
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

    private static void putVarint(ByteBuffer out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.put((byte) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
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
