package io.firn.engine.index;

/** Many entries on their way into a {@link KeyStore}. Closed before it is finished, it leaves none or some of them. */
interface BulkLoad extends AutoCloseable {
    /**
     * Puts one entry.
     *
     * @param key greater than every key before, byte by byte; of two that are equal the later one counts
     */
    void put(byte[] key, byte[] value);

    /** Makes the entries visible. They become durable after everything that was written before, never without it. */
    void finish();

    @Override
    void close();
}
