package io.firn.engine.decode;

import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Field names seen before, found by their bytes, so that a name is made into a string once. */
final class JsonNameTable {
    private static final int SLOTS = 4096;
    private static final int MAX_NAMES = SLOTS / 2;

    private final byte[] @Nullable [] bytes = new byte[SLOTS][];
    private final @Nullable String[] names = new String[SLOTS];
    private int size;

    /** @param hash any function of the bytes, always the same */
    String find(byte[] buffer, int from, int to, int hash) throws CharacterCodingException {
        int slot = (hash ^ hash >>> 15) & SLOTS - 1;
        while (true) {
            byte[] known = bytes[slot];
            String name = names[slot];
            if (known == null || name == null) {
                return add(slot, buffer, from, to);
            }
            if (equal(known, buffer, from, to)) {
                return name;
            }
            slot = slot + 1 & SLOTS - 1;
        }
    }

    private static boolean equal(byte[] known, byte[] buffer, int from, int to) {
        return known.length == to - from && Arrays.equals(known, 0, known.length, buffer, from, to);
    }

    private String add(int slot, byte[] buffer, int from, int to) throws CharacterCodingException {
        String name = JsonText.of(buffer, from, to);
        if (size < MAX_NAMES) {
            bytes[slot] = Arrays.copyOfRange(buffer, from, to);
            names[slot] = name;
            size++;
        }
        return name;
    }
}
