package io.firn.engine.index;

import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/** What all stores of the process together may keep in memory, however many tables there are. */
final class SharedMemory {
    private static final long CACHE_BYTES = 128L << 20;
    private static final long MEMTABLE_BYTES = 64L << 20;

    /** A table of which little is written takes no more than this. */
    static final long ARENA_BLOCK_BYTES = 64L << 10;

    static final LRUCache CACHE;

    /** Its memory counts as the cache's. */
    static final WriteBufferManager MEMTABLES;

    static {
        RocksDB.loadLibrary();
        CACHE = new LRUCache(CACHE_BYTES);
        MEMTABLES = new WriteBufferManager(MEMTABLE_BYTES, CACHE);
    }

    private SharedMemory() {}
}
