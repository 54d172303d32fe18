package io.firn.engine.decode;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row, reused from record to record so that decoding makes no garbage per column. A slot is null
 * until something is put in it.
 */
public final class Slots {
    private static final byte NULL = 0;
    private static final byte PRIMITIVE = 1;
    private static final byte OBJECT = 2;
    private static final byte UNAVAILABLE = 3;
    /** Null because the source says so, and not because it said nothing. */
    private static final byte SEEN_NULL = 4;

    private final byte[] states;
    private final long[] primitives;
    private final @Nullable Object[] objects;
    private int unavailable;

    Slots(int size) {
        states = new byte[size];
        primitives = new long[size];
        objects = new Object[size];
    }

    void clear() {
        Arrays.fill(states, NULL);
        unavailable = 0;
    }

    void put(int slot, long value) {
        states[slot] = PRIMITIVE;
        primitives[slot] = value;
    }

    void put(int slot, Object value) {
        states[slot] = OBJECT;
        objects[slot] = value;
    }

    void markUnavailable(int slot) {
        states[slot] = UNAVAILABLE;
        unavailable++;
    }

    /** Notes that the source sent the column, as null. */
    void seeNull(int slot) {
        states[slot] = SEEN_NULL;
    }

    /** @return whether the source sent the column; known only where {@link #seeNull} is called */
    boolean isSeen(int slot) {
        return states[slot] != NULL;
    }

    /** Takes the value of the same slot of another row. */
    void copy(Slots other, int slot) {
        if (states[slot] == UNAVAILABLE) {
            unavailable--;
        }
        states[slot] = other.states[slot];
        primitives[slot] = other.primitives[slot];
        objects[slot] = other.objects[slot];
    }

    boolean isNull(int slot) {
        return states[slot] != PRIMITIVE && states[slot] != OBJECT;
    }

    /** @return whether no slot holds a value */
    boolean isAllNull() {
        for (int slot = 0; slot < states.length; slot++) {
            if (!isNull(slot)) {
                return false;
            }
        }
        return true;
    }

    /** @return whether a slot of both rows holds a value, and the same one */
    boolean holdsTheSame(Slots other, int slot) {
        byte state = states[slot];
        if (state != other.states[slot]) {
            return false;
        }
        if (state == PRIMITIVE) {
            return primitives[slot] == other.primitives[slot];
        }
        return state == OBJECT
                && objects[slot] instanceof byte[] text
                && other.objects[slot] instanceof byte[] another
                && Arrays.equals(text, another);
    }

    /** @return whether the source left the value out because the change did not touch it */
    public boolean isUnavailable(int slot) {
        return states[slot] == UNAVAILABLE;
    }

    /** @return how many slots are {@linkplain #isUnavailable unavailable} */
    public int unavailable() {
        return unavailable;
    }

    long primitive(int slot) {
        return primitives[slot];
    }

    Object object(int slot) {
        Object value = objects[slot];
        if (value == null) {
            throw new IllegalStateException("slot " + slot + " holds no object");
        }
        return value;
    }

    /** @return how many slots there are */
    public int size() {
        return states.length;
    }
}
