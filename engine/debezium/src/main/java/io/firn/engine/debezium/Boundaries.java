package io.firn.engine.debezium;

import java.util.Arrays;

/**
 * The places between the transactions that were delivered, in the order of the stream. Two numbers each, because there
 * may be millions of them between two commits.
 */
final class Boundaries {
    private static final int INITIAL_CAPACITY = 1024;

    private long[] offsets = new long[INITIAL_CAPACITY];
    private long[] lsns = new long[INITIAL_CAPACITY];
    private int size;

    Boundaries(PostgresPosition start) {
        add(start);
    }

    /** Adds a place after all that were added before. */
    void add(PostgresPosition place) {
        if (size == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * size);
            lsns = Arrays.copyOf(lsns, 2 * size);
        }
        offsets[size] = place.next();
        lsns[size] = place.lsn();
        size++;
    }

    /** @return the last place before the record at {@code offset}; the first there is when it was forgotten */
    PostgresPosition before(long offset) {
        int found = Arrays.binarySearch(offsets, 0, size, offset);
        int index = Math.max(0, found >= 0 ? found : -found - 2);
        return new PostgresPosition(lsns[index], offsets[index]);
    }

    /** Forgets the places before {@code place}, at which nobody will ask to go on any more. */
    void forget(PostgresPosition place) {
        int found = Arrays.binarySearch(offsets, 0, size, place.next());
        int kept = found >= 0 ? found : Math.max(0, -found - 2);
        System.arraycopy(offsets, kept, offsets, 0, size - kept);
        System.arraycopy(lsns, kept, lsns, 0, size - kept);
        size -= kept;
    }
}
