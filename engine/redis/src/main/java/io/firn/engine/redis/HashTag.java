package io.firn.engine.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keys that Redis Cluster keeps in the same hash slot: what stands in braces says the slot. */
final class HashTag {
    private HashTag() {}

    /** Returns a key in the slot of another: a key's own braces say its slot when it has them. */
    static byte[] inSlotOf(byte[] key, String suffix) {
        byte[] end = suffix.getBytes(StandardCharsets.UTF_8);
        if (hasTag(key)) {
            byte[] other = Arrays.copyOf(key, key.length + end.length);
            System.arraycopy(end, 0, other, key.length, end.length);
            return other;
        }
        byte[] other = new byte[key.length + end.length + 2];
        other[0] = '{';
        System.arraycopy(key, 0, other, 1, key.length);
        other[key.length + 1] = '}';
        System.arraycopy(end, 0, other, key.length + 2, end.length);
        return other;
    }

    private static boolean hasTag(byte[] key) {
        int open = 0;
        while (open < key.length && key[open] != '{') {
            open++;
        }
        int close = open + 1;
        while (close < key.length && key[close] != '}') {
            close++;
        }
        return close < key.length && close > open + 1;
    }
}
