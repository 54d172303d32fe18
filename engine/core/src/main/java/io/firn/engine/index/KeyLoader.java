package io.firn.engine.index;

import io.firn.engine.index.KeysAhead.FileKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Puts the keys of files into the store: small files by writing them, large ones sorted. */
final class KeyLoader {
    /** Of fewer rows, sorting their keys is not worth it. */
    private static final int BULK_ROWS = 200_000;

    /** More deleted rows than this, and a file that was read ahead is read again. */
    private static final int MAX_DELETED_AHEAD = 100_000;

    private final KeyStore store;
    private final KeyEncoder encoder;
    private final KeyReader reader;
    private final DeletedRows deleted;
    private final KeysAhead ahead;
    private volatile Set<Integer> keyOrders = Set.of();

    /** @param ahead what others have read already */
    KeyLoader(KeyStore store, KeyEncoder encoder, KeyReader reader, DeletedRows deleted, KeysAhead ahead) {
        this.store = store;
        this.encoder = encoder;
        this.reader = reader;
        this.deleted = deleted;
        this.ahead = ahead;
    }

    /** Knows from now on which of the table's orders are those of its keys. */
    void use(Collection<SortOrder> orders) {
        keyOrders = orders.stream()
                .filter(encoder::comesFirstIn)
                .map(SortOrder::orderId)
                .collect(Collectors.toSet());
    }

    /** Puts the keys of a file's live rows. */
    void load(LiveFile file) {
        try (FileKeys read = ahead.take(file.location())) {
            if (read != null && read.number() == file.number() && takeIn(file, read.load())) {
                return;
            }
        }
        if (!isForBulk(file.file())) {
            try (BulkLoad load = new WrittenLoad(store)) {
                reader.read(file, adding(file, load));
                load.finish();
            }
        } else if (!claimsKeyOrder(file) || !addAsItIs(file)) {
            try (BulkLoad load = store.bulkLoad()) {
                reader.readInKeyOrder(file, adding(file, load));
                load.finish();
            }
        }
    }

    private boolean isForBulk(DataFile file) {
        return file.recordCount() >= BULK_ROWS && encoder.sortsInSql();
    }

    /** Saves sorting what is sorted. */
    private boolean claimsKeyOrder(LiveFile file) {
        Integer order = file.file().sortOrderId();
        return order != null && keyOrders.contains(order);
    }

    /**
     * Takes in what was read of a file before it was committed. Keys of rows that have been deleted since may have a
     * newer row, whose entries stay.
     *
     * @return whether that was worth it
     */
    private boolean takeIn(LiveFile file, LoadAhead load) {
        PositionDeleteIndex gone = deleted.of(file);
        if (gone.isEmpty()) {
            load.takeIn(List.of(), List.of());
            return true;
        }
        if (gone.cardinality() > MAX_DELETED_AHEAD) {
            return false;
        }
        List<byte[]> keys = new ArrayList<>();
        reader.readAt(file, gone, (key, position, storedRowId) -> keys.add(key));
        keys.sort(Arrays::compareUnsigned);
        List<byte[]> keptKeys = new ArrayList<>();
        List<byte[]> keptValues = new ArrayList<>();
        List<byte @Nullable []> present = store.get(keys);
        for (int i = 0; i < keys.size(); i++) {
            byte[] value = present.get(i);
            boolean isFirst = i == 0 || !Arrays.equals(keys.get(i - 1), keys.get(i));
            if (value != null && isFirst) {
                keptKeys.add(keys.get(i));
                keptValues.add(value);
            }
        }
        load.takeIn(keptKeys, keptValues);
        return true;
    }

    /**
     * Reads the large ones of files that are not part of the table.
     *
     * @param numbers gives each a number that the index has never used
     * @return the locations of those that were read
     */
    List<String> readAhead(Collection<DataFile> added, DuckDBConnection connection, IntSupplier numbers) {
        List<DataFile> large = added.stream().filter(this::isForBulk).toList();
        KeyReader own = reader.on(connection);
        return ahead.read(large, numbers, store, (file, load) -> readAhead(file, load, own));
    }

    private boolean readAhead(LiveFile file, LoadAhead load, KeyReader own) {
        KeyReader.Visitor putting = (key, position, storedRowId) -> {
            load.put(key, new RowAddress(file.number(), position, storedRowId).encode());
            return !ahead.isAbandoned();
        };
        return claimsKeyOrder(file) ? own.read(file, new InOrder(putting)) : own.readInKeyOrder(file, putting);
    }

    /** @return whether the file was in the order of its keys, as it says; only then anything counts as loaded */
    private boolean addAsItIs(LiveFile file) {
        try (BulkLoad load = store.bulkLoad()) {
            boolean inOrder = reader.read(file, new InOrder(adding(file, load)));
            if (inOrder) {
                load.finish();
            }
            return inOrder;
        }
    }

    /** Goes on while keys ascend. */
    private static final class InOrder implements KeyReader.Visitor {
        private final KeyReader.Visitor next;
        private byte[] last = {};

        InOrder(KeyReader.Visitor next) {
            this.next = next;
        }

        @Override
        public boolean row(byte[] key, long position, long storedRowId) {
            boolean ascends = Arrays.compareUnsigned(last, key) <= 0;
            last = key;
            return ascends && next.row(key, position, storedRowId);
        }
    }

    private KeyReader.Visitor adding(LiveFile file, BulkLoad load) {
        PositionDeleteIndex gone = deleted.of(file);
        return (key, position, storedRowId) -> {
            if (!gone.isDeleted(position)) {
                load.put(key, new RowAddress(file.number(), position, storedRowId).encode());
            }
            return true;
        };
    }
}
