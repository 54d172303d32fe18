package io.firn.engine.index;

import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An ordered map of byte strings. What one {@link #write} holds becomes durable together, or not at all; after a crash
 * the store may be at an earlier write, never between two.
 */
public interface KeyStore extends AutoCloseable {
    /** @return the values in the order of the keys; null where there is none */
    List<byte @Nullable []> get(List<byte[]> keys);

    /** Puts and removes entries. A null value removes. */
    void write(List<byte[]> keys, List<byte @Nullable []> values);

    /** Hands every entry whose key begins with {@code prefix} to {@code visitor}, in key order. */
    void scan(byte prefix, BiConsumer<byte[], byte[]> visitor);

    /** Removes everything. */
    void clear();

    /** Makes all writes durable and closes the store. */
    @Override
    void close();
}
