package io.firn.engine.index;

import java.util.List;

/**
 * Entries that are written while others are still read and written in their {@link KeyStore}, and become part of it
 * later. Put and completed by one thread, taken in by the one that writes to the store.
 */
interface BulkLoad extends AutoCloseable {
    /**
     * Puts one entry.
     *
     * @param key greater than every key before, byte by byte; of two that are equal the later one counts
     */
    void put(byte[] key, byte[] value);

    /** Says that there are no more. */
    void complete();

    /** Takes all of them in. */
    default void takeIn() {
        takeIn(List.of(), List.of());
    }

    /**
     * Makes the entries visible and durable, all of them together, after everything that was written to the store
     * before.
     *
     * @param keptKeys keys whose entries of here do not count, in ascending order and each once
     * @param keptValues what these keys have instead, at the same moment
     */
    void takeIn(List<byte[]> keptKeys, List<byte[]> keptValues);

    /** Lets go of what was not taken in. */
    @Override
    void close();
}
