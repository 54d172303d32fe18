package io.firn.engine.index;

import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What can be read of an ordered map of byte strings. */
public interface ReadableKeys extends AutoCloseable {
    /** @return the values in the order of the keys; null where there is none */
    List<byte @Nullable []> get(List<byte[]> keys);

    /** Hands every entry whose key begins with {@code prefix} to {@code visitor}, in key order. */
    void scan(byte prefix, BiConsumer<byte[], byte[]> visitor);

    @Override
    void close();
}
