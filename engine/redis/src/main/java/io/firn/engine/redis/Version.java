package io.firn.engine.redis;

import java.nio.charset.StandardCharsets;

/**
 * What a row in Redis is as new as: 26 ASCII characters that compare, byte by byte, in the order in which the lake
 * folds its change log: cut, then log sequence number, then offset in the source's partition.
 *
 * <p>The cut comes first because a later cut wins in the lake, whatever its log sequence numbers: those of a restored
 * database go back. The digits are base 64 in ASCII order. Plain text, because clients that decode every reply as UTF-8
 * must be able to read a row; fixed width, because it is compared as bytes: numbers of Lua lose precision above 2^53.
 */
final class Version {
    static final int WIDTH = 26;

    private static final byte[] DIGITS =
            "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
    private static final int BITS = 6;
    private static final int CUT_WIDTH = 7;
    private static final int LSN_WIDTH = 11;
    private static final int OFFSET_WIDTH = 8;

    private Version() {}

    /**
     * Makes the version of one change.
     *
     * @param offset tells changes apart that have the same log sequence number, as all have of a source without
     * @throws IllegalArgumentException when a part is negative, the cut above 2^42 or the offset above 2^48
     */
    static byte[] of(long cut, long lsn, long offset) {
        byte[] version = new byte[WIDTH];
        put(version, 0, CUT_WIDTH, "cut", cut);
        put(version, CUT_WIDTH, LSN_WIDTH, "lsn", lsn);
        put(version, CUT_WIDTH + LSN_WIDTH, OFFSET_WIDTH, "offset", offset);
        return version;
    }

    /** Returns the version of a row that holds everything up to the end of {@code cut}, and nothing later. */
    static byte[] completeAt(long cut) {
        return of(cut, Long.MAX_VALUE, (1L << (BITS * OFFSET_WIDTH)) - 1);
    }

    /**
     * Returns the cut in a version.
     *
     * @throws IllegalArgumentException when {@code version} is none
     */
    static long cut(byte[] version) {
        if (version.length != WIDTH) {
            throw new IllegalArgumentException("not a version: " + new String(version, StandardCharsets.UTF_8));
        }
        long cut = 0;
        for (int i = 0; i < CUT_WIDTH; i++) {
            cut = cut << BITS | digit(version[i]);
        }
        return cut;
    }

    private static int digit(byte character) {
        for (int digit = 0; digit < DIGITS.length; digit++) {
            if (DIGITS[digit] == character) {
                return digit;
            }
        }
        throw new IllegalArgumentException("not a digit of a version: " + character);
    }

    private static void put(byte[] version, int start, int width, String part, long value) {
        if (value < 0 || (BITS * width < Long.SIZE && value >> (BITS * width) != 0)) {
            throw new IllegalArgumentException("%s is out of range: %d".formatted(part, value));
        }
        long rest = value;
        for (int i = start + width - 1; i >= start; i--) {
            version[i] = DIGITS[(int) (rest & ((1 << BITS) - 1))];
            rest >>>= BITS;
        }
    }
}
