package io.firn.engine.index;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link BulkLoad} on the heap, for stores on the heap. */
final class RememberedLoad implements BulkLoad {
    private final KeyStore store;
    private final List<byte[]> keys = new ArrayList<>();
    private final List<byte @Nullable []> values = new ArrayList<>();

    RememberedLoad(KeyStore store) {
        this.store = store;
    }

    @Override
    public void put(byte[] key, byte[] value) {
        keys.add(key);
        values.add(value);
    }

    @Override
    public void complete() {}

    @Override
    public void takeIn(List<byte[]> keptKeys, List<byte[]> keptValues) {
        keys.addAll(keptKeys);
        values.addAll(keptValues);
        store.write(keys, values);
    }

    @Override
    public void close() {
        keys.clear();
        values.clear();
    }
}
