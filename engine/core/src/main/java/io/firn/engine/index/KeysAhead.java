package io.firn.engine.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * The keys of files that are not part of the table yet, read by those who are about to commit them, while the index is
 * in use.
 */
final class KeysAhead {
    /** The keys of one file, on their way into the store. */
    record FileKeys(int number, BulkLoad load) implements AutoCloseable {
        @Override
        public void close() {
            load.close();
        }
    }

    /** Reads one file; false when it was told to stop. */
    interface Reading {
        boolean read(LiveFile file, BulkLoad load);
    }

    private final Map<String, FileKeys> byLocation = new ConcurrentHashMap<>();
    private final Object readers = new Object();
    private volatile boolean isAbandoned;

    /** @return whether what is being read is of no use any more */
    boolean isAbandoned() {
        return isAbandoned;
    }

    /**
     * Reads files, one after the other.
     *
     * @param numbers gives each a number that the index has never used
     * @return their locations
     */
    List<String> read(List<DataFile> files, IntSupplier numbers, KeyStore store, Reading reading) {
        List<String> read = new ArrayList<>();
        synchronized (readers) {
            for (DataFile file : files) {
                if (!isAbandoned) {
                    LiveFile unborn = new LiveFile(numbers.getAsInt(), file, List.of());
                    read(unborn, store.bulkLoad(), reading, read::add);
                }
            }
        }
        return read;
    }

    private void read(LiveFile file, BulkLoad load, Reading reading, Consumer<String> done) {
        boolean isComplete = false;
        try {
            if (reading.read(file, load)) {
                load.complete();
                isComplete = true;
                byLocation.put(file.location(), new FileKeys(file.number(), load));
                done.accept(file.location());
            }
        } finally {
            if (!isComplete) {
                load.close();
            }
        }
    }

    /** @return the number of a file whose keys were read; null for others */
    @Nullable
    Integer number(String location) {
        FileKeys keys = byLocation.get(location);
        return keys == null ? null : (Integer) keys.number();
    }

    /** @return what was read of a file, which the caller closes; null when nothing was */
    @Nullable
    FileKeys take(String location) {
        return byLocation.remove(location);
    }

    /** Lets go of what was read of these files and not taken. */
    void forget(List<String> locations) {
        for (String location : locations) {
            FileKeys unused = take(location);
            if (unused != null) {
                unused.close();
            }
        }
    }

    /** Lets go of everything, and keeps others from reading while the store is emptied. */
    void abandon(Runnable emptying) {
        isAbandoned = true;
        synchronized (readers) {
            forget(List.copyOf(byLocation.keySet()));
            emptying.run();
            isAbandoned = false;
        }
    }

    /** Lets go of everything, for good. */
    void end() {
        isAbandoned = true;
        synchronized (readers) {
            forget(List.copyOf(byLocation.keySet()));
        }
    }
}
