package io.firn.engine.index;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link KeyStore} in RocksDB. No write-ahead log: after a crash the store is at an older state, from which the index
 * synchronises with the table. A store that does not open is thrown away for the same reason.
 */
public final class RocksKeyStore implements KeyStore {
    private static final Logger LOG = LoggerFactory.getLogger(RocksKeyStore.class);
    private static final long MEMTABLE_BYTES = 32L << 20;
    private static final int BLOOM_BITS = 10;
    private static final int BLOCK_BYTES = 2 << 10;
    private static final int METADATA_BLOCK_BYTES = 4 << 10;

    /** Sorted files that are not part of the store yet. */
    private static final String INCOMING = "incoming";

    static {
        RocksDB.loadLibrary();
    }

    private final Path directory;
    private final BloomFilter bloom = new BloomFilter(BLOOM_BITS);
    private final Options options = options();
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
    private RocksDB db;

    private RocksKeyStore(Path directory) throws RocksDBException, IOException {
        this.directory = directory;
        this.db = RocksDB.open(options, directory.toString());
        deleteTree(directory.resolve(INCOMING));
    }

    /**
     * Opens the store in {@code directory}, which is made when missing.
     *
     * @throws FirnException when another process has it open, or the folder cannot be written
     */
    public static RocksKeyStore open(Path directory) {
        try {
            Files.createDirectories(directory);
            try {
                return new RocksKeyStore(directory);
            } catch (RocksDBException e) {
                if (isLocked(e)) {
                    throw locked(directory, e);
                }
                LOG.warn("the key index in {} is damaged and will be rebuilt: {}", directory, e.getMessage());
                deleteTree(directory);
                Files.createDirectories(directory);
                return new RocksKeyStore(directory);
            }
        } catch (IOException | RocksDBException e) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED,
                    "the key index in %s cannot be opened: %s".formatted(directory, e.getMessage()),
                    e);
        }
    }

    private static boolean isLocked(RocksDBException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("lock");
    }

    private static FirnException locked(Path directory, Exception cause) {
        return new FirnException(
                ErrorCode.FENCED,
                "the key index in %s is in use: another writer runs with the same workbench.index-directory"
                        .formatted(directory),
                cause);
    }

    /**
     * Filters and indexes are in small parts, as data is, so that a look-up in a large table reads what it needs of
     * them and no more. Entries are not compressed, so that they are read where the operating system has the file in
     * memory: a cut's look-ups touch most blocks once, and copying them into a cache took a third of their time.
     */
    private Options options() {
        return new Options()
                .setCreateIfMissing(true)
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setAllowMmapReads(true)
                .setWriteBufferSize(MEMTABLE_BYTES)
                .setWriteBufferManager(SharedMemory.MEMTABLES)
                .setArenaBlockSize(SharedMemory.ARENA_BLOCK_BYTES)
                .setMaxOpenFiles(512)
                .setKeepLogFileNum(2)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(SharedMemory.CACHE)
                        .setBlockSize(BLOCK_BYTES)
                        .setIndexType(IndexType.kTwoLevelIndexSearch)
                        .setPartitionFilters(true)
                        .setMetadataBlockSize(METADATA_BLOCK_BYTES)
                        .setCacheIndexAndFilterBlocks(true)
                        .setCacheIndexAndFilterBlocksWithHighPriority(true)
                        .setPinTopLevelIndexAndFilter(true)
                        .setFilterPolicy(bloom));
    }

    @Override
    public List<byte @Nullable []> get(List<byte[]> keys) {
        try {
            return new ArrayList<>(db.multiGetAsList(keys));
        } catch (RocksDBException e) {
            throw failed("read", e);
        }
    }

    @Override
    public void write(List<byte[]> keys, List<byte @Nullable []> values) {
        try (WriteBatch batch = new WriteBatch()) {
            for (int i = 0; i < keys.size(); i++) {
                byte[] value = values.get(i);
                if (value == null) {
                    batch.delete(keys.get(i));
                } else {
                    batch.put(keys.get(i), value);
                }
            }
            db.write(unlogged, batch);
        } catch (RocksDBException e) {
            throw failed("written", e);
        }
    }

    @Override
    public BulkLoad bulkLoad() {
        try {
            Path folder = Files.createDirectories(directory.resolve(INCOMING));
            return new SortedFile(options, () -> folder.resolve(UUID.randomUUID() + ".sst"), this::takeIn);
        } catch (IOException | RocksDBException e) {
            throw failed("written", e);
        }
    }

    /**
     * What is in memory goes to the disk before, because the files are on the disk already. They become part of the
     * store at once, and an entry of a later one counts.
     */
    private void takeIn(List<Path> files) throws RocksDBException {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true);
                IngestExternalFileOptions move = new IngestExternalFileOptions().setMoveFiles(true)) {
            db.flush(wait);
            db.ingestExternalFile(files.stream().map(Path::toString).toList(), move);
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
            throw failed("read", e);
        }
    }

    @Override
    public void clear() {
        try {
            db.close();
            deleteTree(directory);
            Files.createDirectories(directory);
            db = RocksDB.open(options, directory.toString());
        } catch (IOException | RocksDBException e) {
            throw failed("cleared", e);
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private FirnException failed(String verb, Exception cause) {
        return new FirnException(
                ErrorCode.STORAGE_FAILED,
                "the key index in %s could not be %s: %s".formatted(directory, verb, cause.getMessage()),
                cause);
    }

    /** May be called again: what is closed twice in native code ends the process. */
    @Override
    public void close() {
        if (!db.isOwningHandle()) {
            return;
        }
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait);
        } catch (RocksDBException e) {
            LOG.warn("the key index in {} was not flushed and will catch up at the next start", directory, e);
        }
        db.close();
        unlogged.close();
        options.close();
        bloom.close();
    }
}
