package io.firn.engine.simulation;

import io.firn.engine.index.KeyStore;
import io.firn.engine.index.MemoryKeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A key store whose writes are steps, and of which a crash can lose the last writes. */
final class SimulatedKeys implements KeyStore {
    /** A null key list is a clear. */
    private record Write(@Nullable List<byte[]> keys, List<byte @Nullable []> values) {}

    private final MemoryKeyStore store = new MemoryKeyStore();
    private final List<Write> writes = new ArrayList<>();
    private final Steps owner;

    SimulatedKeys(Steps owner) {
        this.owner = owner;
    }

    /** @return how many writes there were */
    int writes() {
        return writes.size();
    }

    /** @return the store as it was after its first {@code count} writes, for another process */
    SimulatedKeys after(int count, Steps next) {
        SimulatedKeys copy = new SimulatedKeys(next);
        writes.subList(0, count).forEach(copy::apply);
        return copy;
    }

    private void apply(Write write) {
        writes.add(write);
        if (write.keys() == null) {
            store.clear();
        } else {
            store.write(write.keys(), write.values());
        }
    }

    @Override
    public List<byte @Nullable []> get(List<byte[]> keys) {
        return store.get(keys);
    }

    @Override
    public void write(List<byte[]> keys, List<byte @Nullable []> values) {
        owner.step("write keys");
        apply(new Write(new ArrayList<>(keys), new ArrayList<>(values)));
    }

    @Override
    public void scan(byte prefix, BiConsumer<byte[], byte[]> visitor) {
        store.scan(prefix, visitor);
    }

    @Override
    public void clear() {
        owner.step("clear keys");
        apply(new Write(null, List.of()));
    }

    @Override
    public void close() {}
}
