package io.firn.engine.index;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entries on their way into a store by nothing but writes of many each. */
final class WrittenLoad {
    private static final int BATCH_ENTRIES = 50_000;

    private final KeyStore store;
    private final List<byte[]> keys = new ArrayList<>();
    private final List<byte @Nullable []> values = new ArrayList<>();

    WrittenLoad(KeyStore store) {
        this.store = store;
    }

    void put(byte[] key, byte[] value) {
        keys.add(key);
        values.add(value);
        if (keys.size() == BATCH_ENTRIES) {
            finish();
        }
    }

    void finish() {
        store.write(keys, values);
        keys.clear();
        values.clear();
    }
}
