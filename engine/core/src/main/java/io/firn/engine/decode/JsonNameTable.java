package io.firn.engine.decode;

import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Field names seen before, found by their bytes, so that a name is made into a string once. */
final class JsonNameTable {
    private static final int SLOTS = 4096;
    private static final int MAX_NAMES = SLOTS / 2;
    /** Bytes at either end of a name that tell it from others. */
    private static final int HASHED = 6;

    private final byte[] @Nullable [] bytes = new byte[SLOTS][];
    private final @Nullable JsonName[] names = new JsonName[SLOTS];
    private int size;

    /** @return the name, the same instance each time, and that of literals in the code */
    JsonName find(byte[] buffer, int from, int to) throws CharacterCodingException {
        int hash = hash(buffer, from, to);
        int slot = (hash ^ hash >>> 15) & SLOTS - 1;
        while (true) {
            byte[] known = bytes[slot];
            JsonName name = names[slot];
            if (known == null || name == null) {
                return add(slot, buffer, from, to);
            }
            if (equal(known, buffer, from, to)) {
                return name;
            }
            slot = slot + 1 & SLOTS - 1;
        }
    }

    /** Names that differ only in the middle are rare, and told apart all the same. */
    private static int hash(byte[] buffer, int from, int to) {
        int length = to - from;
        int hash = length;
        for (int i = 0; i < Math.min(length, HASHED); i++) {
            hash = hash * 31 + buffer[from + i];
            hash = hash * 31 + buffer[to - 1 - i];
        }
        return hash;
    }

    private static boolean equal(byte[] known, byte[] buffer, int from, int to) {
        return known.length == to - from && Arrays.equals(known, 0, known.length, buffer, from, to);
    }

    private JsonName add(int slot, byte[] buffer, int from, int to) throws CharacterCodingException {
        byte[] plain = Arrays.copyOfRange(buffer, from, to);
        JsonName name = JsonName.of(JsonText.of(buffer, from, to).intern(), plain);
        if (size < MAX_NAMES) {
            bytes[slot] = plain;
            names[slot] = name;
            size++;
        }
        return name;
    }
}
