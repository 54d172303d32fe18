package io.firn.engine.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text as the bytes it comes in and goes to DuckDB as, looked at eight at a time. */
final class Utf8 {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = 0x8080_8080_8080_8080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';

    private Utf8() {}

    /**
     * Finds where the plain part of a JSON string ends.
     *
     * @return the place of the first quote, backslash or control character; {@code to} when there is none
     */
    static int endOfPlain(byte[] in, int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            long stops = stops((long) WORDS.get(in, at));
            if (stops != 0) {
                return at + (Long.numberOfTrailingZeros(stops) >>> 3);
            }
        }
        while (at < to && in[at] != '"' && in[at] != '\\' && (in[at] < 0 || in[at] >= ' ')) {
            at++;
        }
        return at;
    }

    /**
     * The lowest bit that is set is that of the first stop; higher ones may be wrong, because of what was borrowed.
     *
     * @see <a href="https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord">Determine if a word has a zero
     *     byte</a>
     */
    private static long stops(long word) {
        long quotes = word ^ QUOTES;
        long backslashes = word ^ BACKSLASHES;
        return ((quotes - ONES & ~quotes) | (backslashes - ONES & ~backslashes) | (word - SPACES & ~word)) & HIGHS;
    }

    /** @return whether every byte is a character of its own */
    static boolean isAscii(byte[] in, int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            if (((long) WORDS.get(in, at) & HIGHS) != 0) {
                return false;
            }
        }
        int bits = 0;
        while (at < to) {
            bits |= in[at++];
        }
        return bits >= 0;
    }

    /** @throws CharacterCodingException when the bytes are not UTF-8 */
    static void require(byte[] in, int from, int to) throws CharacterCodingException {
        int at = from;
        while (at < to) {
            int length = in[at] >= 0 ? 1 : length(in, at, to);
            if (length == 0) {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in, from, to - from));
                return;
            }
            at += length;
        }
    }

    /**
     * @return the bytes of a character of the common kinds, of two or three bytes; 0 for one to be looked at closely
     */
    private static int length(byte[] in, int at, int to) {
        int first = in[at] & 0xFF;
        if (first >= 0xC2 && first < 0xE0 && at + 1 < to && continues(in[at + 1])) {
            return 2;
        }
        boolean isPlain = first > 0xE0 && first < 0xED || first == 0xEE || first == 0xEF;
        return isPlain && at + 2 < to && continues(in[at + 1]) && continues(in[at + 2]) ? 3 : 0;
    }

    private static boolean continues(byte next) {
        return (next & 0xC0) == 0x80;
    }
}
