package io.firn.compactor.layout;

import java.nio.ByteBuffer;

/**
 * Upper bounds of long texts are cut and raised in their last character. Two neighbours in one sorted run would seem to
 * overlap by that; brought back to the prefix they were cut to, both ends speak of prefixes.
 */
final class TruncatedBounds {
    private TruncatedBounds() {}

    /**
     * @param length characters or bytes that bounds are cut to; 0 when they are not
     * @return the bound as it is, unless it is as long as a cut one
     */
    static Object prefixOfUpper(Object upper, int length) {
        if (length > 0 && upper instanceof CharSequence text) {
            return prefixOf(text.toString(), length);
        }
        if (length > 0 && upper instanceof ByteBuffer bytes && bytes.remaining() == length) {
            return prefixOf(bytes);
        }
        return upper;
    }

    private static String prefixOf(String upper, int length) {
        if (upper.codePointCount(0, upper.length()) != length) {
            return upper;
        }
        int last = upper.codePointBefore(upper.length());
        String head = upper.substring(0, upper.length() - Character.charCount(last));
        return last == 0 ? upper : head + Character.toString(belowSurrogates(last - 1));
    }

    private static int belowSurrogates(int codePoint) {
        boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        return surrogate ? Character.MIN_SURROGATE - 1 : codePoint;
    }

    private static ByteBuffer prefixOf(ByteBuffer upper) {
        byte[] bytes = new byte[upper.remaining()];
        upper.duplicate().get(bytes);
        int last = bytes.length - 1;
        if (bytes[last] != 0) {
            bytes[last]--;
        }
        return ByteBuffer.wrap(bytes);
    }
}
