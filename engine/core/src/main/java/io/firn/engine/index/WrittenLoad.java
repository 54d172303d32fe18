package io.firn.engine.index;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link BulkLoad} that is nothing but writes of many entries each. */
final class WrittenLoad implements BulkLoad {
    private static final int BATCH_ENTRIES = 50_000;

    private final KeyStore store;
    private final List<byte[]> keys = new ArrayList<>();
    private final List<byte @Nullable []> values = new ArrayList<>();

    WrittenLoad(KeyStore store) {
        this.store = store;
    }

    @Override
    public void put(byte[] key, byte[] value) {
        keys.add(key);
        values.add(value);
        if (keys.size() == BATCH_ENTRIES) {
            finish();
        }
    }

    @Override
    public void finish() {
        store.write(keys, values);
        keys.clear();
        values.clear();
    }

    @Override
    public void close() {}
}
