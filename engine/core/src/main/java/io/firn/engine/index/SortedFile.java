package io.firn.engine.index;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.EnvOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/**
 * A file of RocksDB's own format, which becomes part of a store as a whole. It is written on a thread of its own, while
 * the next entries are read.
 */
final class SortedFile implements BulkLoad {
    private static final int BATCH_ENTRIES = 8_192;
    private static final int BATCHES_WAITING = 4;

    private record Entry(byte[] key, byte[] value) {}

    /** Makes finished files part of a store, all of them or none; of equal keys the one in a later file counts. */
    interface Store {
        void takeIn(List<Path> files) throws RocksDBException;
    }

    private final Options options;
    private final Supplier<Path> newFiles;
    private final EnvOptions environment = new EnvOptions();
    private final SstFileWriter writer;
    private final Path file;
    private final Store store;
    private final BlockingQueue<List<Entry>> waiting = new ArrayBlockingQueue<>(BATCHES_WAITING);
    private final Thread thread = new Thread(this::write, "firn-key-index");
    private volatile @Nullable RocksDBException failure;
    private List<Entry> batch = new ArrayList<>(BATCH_ENTRIES);
    private @Nullable Entry last;
    private boolean empty = true;

    /** @param newFiles paths of files to be made */
    SortedFile(Options options, Supplier<Path> newFiles, Store store) throws RocksDBException {
        this.options = options;
        this.newFiles = newFiles;
        this.file = newFiles.get();
        this.store = store;
        this.writer = new SstFileWriter(environment, options);
        writer.open(file.toString());
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void put(byte[] key, byte[] value) {
        if (last != null && !Arrays.equals(last.key(), key)) {
            add(last);
        }
        last = new Entry(key, value);
    }

    private void add(Entry complete) {
        batch.add(complete);
        empty = false;
        if (batch.size() == BATCH_ENTRIES) {
            hand(batch);
            batch = new ArrayList<>(BATCH_ENTRIES);
        }
    }

    private void hand(List<Entry> full) {
        try {
            waiting.put(full);
        } catch (InterruptedException e) {
            throw FirnException.interrupted("writing the key index", e);
        }
    }

    /** Goes on until it is handed nothing. */
    private void write() {
        try {
            for (List<Entry> next = waiting.take(); !next.isEmpty(); next = waiting.take()) {
                if (failure == null) {
                    write(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** After a failure the rest is taken and left, so that nobody waits. */
    private void write(List<Entry> entries) {
        try {
            for (Entry entry : entries) {
                writer.put(entry.key(), entry.value());
            }
        } catch (RocksDBException e) {
            failure = e;
        }
    }

    @Override
    public void complete() {
        if (last != null) {
            add(last);
            last = null;
        }
        if (!batch.isEmpty()) {
            hand(batch);
        }
        end();
        try {
            RocksDBException failed = failure;
            if (failed != null) {
                throw failed;
            }
            if (!empty) {
                writer.finish();
            }
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    @Override
    public void takeIn(List<byte[]> keptKeys, List<byte[]> keptValues) {
        try {
            if (!empty && keptKeys.isEmpty()) {
                store.takeIn(List.of(file));
            } else if (!empty) {
                takeInBefore(keptKeys, keptValues);
            }
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    private void takeInBefore(List<byte[]> keptKeys, List<byte[]> keptValues) throws RocksDBException {
        Path kept = newFiles.get();
        try (SstFileWriter later = new SstFileWriter(environment, options)) {
            later.open(kept.toString());
            for (int i = 0; i < keptKeys.size(); i++) {
                later.put(keptKeys.get(i), keptValues.get(i));
            }
            later.finish();
            store.takeIn(List.of(file, kept));
        } finally {
            delete(kept);
        }
    }

    private void end() {
        if (!thread.isAlive()) {
            return;
        }
        hand(List.of());
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw FirnException.interrupted("writing the key index", e);
        }
    }

    private FirnException failed(Exception cause) {
        return new FirnException(
                ErrorCode.STORAGE_FAILED,
                "the key index could not write %s: %s".formatted(file, cause.getMessage()),
                cause);
    }

    @Override
    public void close() {
        end();
        writer.close();
        environment.close();
        delete(file);
    }

    private void delete(Path unused) {
        try {
            Files.deleteIfExists(unused);
        } catch (IOException e) {
            throw failed(e);
        }
    }
}
