package io.firn.engine.index;

import io.firn.catalog.FirnException;
import io.firn.engine.index.KeysAhead.FileKeys;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
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

    /** Each holds the filter of the file that it writes in memory: some 25 MB of 20 million keys. */
    private static final int READERS = Math.min(4, Runtime.getRuntime().availableProcessors());

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

    /** Puts the keys of the live rows of files, reading large ones side by side. */
    void load(Collection<LiveFile> files) {
        List<LiveFile> large = new ArrayList<>();
        for (LiveFile file : files) {
            if (!takenInAhead(file)) {
                if (isForBulk(file.file())) {
                    large.add(file);
                } else {
                    write(file);
                }
            }
        }
        if (!large.isEmpty()) {
            large.forEach(deleted::of); // once, so that readers only look them up
            SideBySide.load(large, READERS, this::read);
        }
    }

    private boolean takenInAhead(LiveFile file) {
        try (FileKeys read = ahead.take(file.location())) {
            return read != null && read.number() == file.number() && takeIn(file, read.load());
        }
    }

    private void write(LiveFile file) {
        WrittenLoad load = new WrittenLoad(store);
        reader.read(file, living(file, load::put));
        load.finish();
    }

    private BulkLoad read(LiveFile file) {
        try (DuckDBConnection connection = reader.connect()) {
            KeyReader own = reader.on(connection);
            BulkLoad asItIs =
                    claimsKeyOrder(file) ? read(load -> own.read(file, new InOrder(living(file, load::put)))) : null;
            return asItIs != null
                    ? asItIs
                    : Objects.requireNonNull(read(load -> own.readInKeyOrder(file, living(file, load::put))));
        } catch (SQLException e) {
            throw FirnException.internal("a connection could not be closed", e);
        }
    }

    /** @return null when the reading ended early */
    private @Nullable BulkLoad read(Predicate<BulkLoad> reading) {
        BulkLoad load = store.bulkLoad();
        boolean isComplete = false;
        try {
            if (reading.test(load)) {
                load.complete();
                isComplete = true;
            }
        } finally {
            if (!isComplete) {
                load.close();
            }
        }
        return isComplete ? load : null;
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
    private boolean takeIn(LiveFile file, BulkLoad load) {
        PositionDeleteIndex gone = deleted.of(file);
        if (gone.isEmpty()) {
            load.takeIn();
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

    private boolean readAhead(LiveFile file, BulkLoad load, KeyReader own) {
        KeyReader.Visitor putting = (key, position, storedRowId) -> {
            load.put(key, new RowAddress(file.number(), position, storedRowId).encode());
            return !ahead.isAbandoned();
        };
        return claimsKeyOrder(file) ? own.read(file, new InOrder(putting)) : own.readInKeyOrder(file, putting);
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

    private KeyReader.Visitor living(LiveFile file, BiConsumer<byte[], byte[]> put) {
        PositionDeleteIndex gone = deleted.of(file);
        return (key, position, storedRowId) -> {
            if (!gone.isDeleted(position)) {
                put.accept(key, new RowAddress(file.number(), position, storedRowId).encode());
            }
            return true;
        };
    }
}
