package io.firn.engine.index;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The files the index knows, by number and by location, and how the store remembers them: one entry per file, and one
 * for the snapshot.
 */
final class FileList {
    /** These entries come before all keys, so that the few files that hold them overlap none with keys. */
    static final byte FILES = 4;

    private static final byte[] SNAPSHOT = {5};
    private static final byte[] NEXT_NUMBER = {6};

    /** Where the snapshot was while keys lay between these entries. */
    private static final byte[] FORMER_SNAPSHOT = {2};

    /** What the store keeps of a file between runs. */
    record Known(int number, long deletedRows) {}

    private final Map<String, LiveFile> byLocation = new HashMap<>();
    private final Map<Integer, LiveFile> byNumber = new HashMap<>();
    private final AtomicInteger nextNumber = new AtomicInteger();

    /** May be called by any thread. */
    int newNumber() {
        return nextNumber.getAndIncrement();
    }

    /** Goes on after every number the store has ever handed out, those of a run that crashed included. */
    void continueNumbers(KeyStore store) {
        byte[] value = store.get(List.of(NEXT_NUMBER)).get(0);
        int used = value == null ? 0 : ByteBuffer.wrap(value).getInt();
        nextNumber.accumulateAndGet(used, Math::max);
    }

    void put(LiveFile file) {
        byLocation.put(file.location(), file);
        byNumber.put(file.number(), file);
    }

    @Nullable
    LiveFile remove(String location) {
        LiveFile removed = byLocation.remove(location);
        if (removed != null) {
            byNumber.remove(removed.number());
        }
        return removed;
    }

    @Nullable
    LiveFile at(String location) {
        return byLocation.get(location);
    }

    @Nullable
    LiveFile numbered(int number) {
        return byNumber.get(number);
    }

    Collection<LiveFile> all() {
        return byLocation.values();
    }

    void clear() {
        byLocation.clear();
        byNumber.clear();
        nextNumber.set(0);
    }

    /** Collects entries of the store that describe files. */
    static final class Entries {
        final List<byte[]> keys = new ArrayList<>();
        final List<byte @Nullable []> values = new ArrayList<>();

        void put(LiveFile file) {
            long deleted =
                    file.deletes().stream().mapToLong(d -> d.recordCount()).sum();
            keys.add(key(file.location()));
            values.add(ByteBuffer.allocate(12)
                    .putInt(file.number())
                    .putLong(deleted)
                    .array());
        }

        void remove(String location) {
            keys.add(key(location));
            values.add(null);
        }

        /** To be written before any key is: keys of a run that crashed must not seem to be those of a later file. */
        void numbersUsed(FileList files) {
            keys.add(NEXT_NUMBER);
            values.add(ByteBuffer.allocate(4).putInt(files.nextNumber.get()).array());
        }

        void snapshot(long id) {
            keys.add(SNAPSHOT);
            values.add(ByteBuffer.allocate(8).putLong(id).array());
        }
    }

    private static byte[] key(String location) {
        byte[] text = location.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(text.length + 1).put(FILES).put(text).array();
    }

    /** Empties a store in which keys lay between the entries of files. */
    static void clearFormer(KeyStore store) {
        if (store.get(List.of(FORMER_SNAPSHOT)).get(0) != null) {
            store.clear();
        }
    }

    static Map<String, Known> known(ReadableKeys store) {
        Map<String, Known> known = new HashMap<>();
        store.scan(FILES, (key, value) -> {
            ByteBuffer in = ByteBuffer.wrap(value);
            known.put(new String(key, 1, key.length - 1, StandardCharsets.UTF_8), new Known(in.getInt(), in.getLong()));
        });
        return known;
    }

    static @Nullable Long snapshot(KeyStore store) {
        byte[] value = store.get(List.of(SNAPSHOT)).get(0);
        return value == null ? null : (Long) ByteBuffer.wrap(value).getLong();
    }
}
