package io.firn.engine.index;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An ordered map of byte strings. What one {@link #write} holds becomes durable together, or not at all; after a crash
 * the store may be at an earlier write, never between two.
 */
public interface KeyStore extends ReadableKeys {
    /** Puts and removes entries. A null value removes. */
    void write(List<byte[]> keys, List<byte @Nullable []> values);

    /**
     * Begins to put many entries at once, which is cheaper than writing them, and counts later; the store is in use
     * meanwhile. May be called by any thread.
     */
    default BulkLoad bulkLoad() {
        return new RememberedLoad(this);
    }

    /** Removes everything. */
    void clear();

    /** Makes all writes durable and closes the store. */
    @Override
    void close();
}
