package io.firn.engine.index;

import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A {@link KeyStore} on the heap, for small tables and for simulation. */
public final class MemoryKeyStore implements KeyStore {
    private final NavigableMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);

    @Override
    public List<byte @Nullable []> get(List<byte[]> keys) {
        return keys.stream().<byte @Nullable []>map(entries::get).toList();
    }

    @Override
    public void write(List<byte[]> keys, List<byte @Nullable []> values) {
        for (int i = 0; i < keys.size(); i++) {
            byte[] value = values.get(i);
            if (value == null) {
                entries.remove(keys.get(i));
            } else {
                entries.put(keys.get(i), value);
            }
        }
    }

    @Override
    public void scan(byte prefix, BiConsumer<byte[], byte[]> visitor) {
        entries.subMap(new byte[] {prefix}, new byte[] {(byte) (prefix + 1)}).forEach(visitor);
    }

    @Override
    public void clear() {
        entries.clear();
    }

    @Override
    public void close() {}
}
