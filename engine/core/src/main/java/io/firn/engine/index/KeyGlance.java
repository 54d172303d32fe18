package io.firn.engine.index;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Reads what is on disk of a {@link RocksKeyStore} that somebody else may have open, and goes on writing. It sees one
 * state, without what was not yet flushed.
 */
public final class KeyGlance implements ReadableKeys {
    private static final long CACHE_BYTES = 64L << 20;

    static {
        RocksDB.loadLibrary();
    }

    private final Path directory;
    private final Options options;
    private final LRUCache cache;
    private final RocksDB db;
    private final Path own;

    private KeyGlance(Path directory, Path own, Options options, LRUCache cache, RocksDB db) {
        this.cache = cache;
        this.directory = directory;
        this.own = own;
        this.options = options;
        this.db = db;
    }

    /**
     * Opens the store in {@code directory} without a claim to it.
     *
     * @param own a folder for what RocksDB notes about this reader; made now, and deleted when it is closed
     * @return empty when there is no store, or it cannot be read
     */
    public static Optional<KeyGlance> open(Path directory, Path own) {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        LRUCache cache = new LRUCache(CACHE_BYTES);
        // files that the writer deletes can be read for as long as they are open
        Options options = new Options()
                .setMaxOpenFiles(-1)
                .setKeepLogFileNum(1)
                .setTableFormatConfig(
                        new BlockBasedTableConfig().setBlockCache(cache).setCacheIndexAndFilterBlocks(true));
        try {
            Files.createDirectories(own);
            return Optional.of(new KeyGlance(
                    directory,
                    own,
                    options,
                    cache,
                    RocksDB.openAsSecondary(options, directory.toString(), own.toString())));
        } catch (RocksDBException | IOException e) {
            options.close();
            cache.close();
            return Optional.empty();
        }
    }

    @Override
    public List<byte @Nullable []> get(List<byte[]> keys) {
        try {
            return db.multiGetAsList(keys);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    @Override
    public void scan(byte prefix, BiConsumer<byte[], byte[]> visitor) {
        try (RocksIterator entries = db.newIterator()) {
            for (entries.seek(new byte[] {prefix}); entries.isValid() && entries.key()[0] == prefix; entries.next()) {
                visitor.accept(entries.key(), entries.value());
            }
            entries.status();
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    private FirnException failed(RocksDBException cause) {
        return new FirnException(
                ErrorCode.STORAGE_FAILED,
                "the key index in %s could not be read: %s".formatted(directory, cause.getMessage()),
                cause);
    }

    @Override
    public void close() {
        db.close();
        options.close();
        cache.close();
        try (Stream<Path> files = Files.walk(own)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
