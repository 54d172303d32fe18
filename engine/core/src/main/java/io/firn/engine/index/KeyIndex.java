package io.firn.engine.index;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.RowChanges;
import io.firn.workbench.FileStage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Finds the live row of a key in one table.
 *
 * <p>Entries are only hints: one counts when its file is live and its position is not deleted at the snapshot the index
 * is synchronised with, so deleted rows need no upkeep, whoever deleted them. To follow the table the index reads the
 * keys of files it has not seen, whoever wrote them. It starts over when the table went back in its history.
 *
 * <p>Used by one thread.
 */
public final class KeyIndex implements AutoCloseable {
    /** Of fewer rows, sorting their keys is not worth it. */
    private static final int BULK_ROWS = 200_000;

    private final KeyStore store;
    private final KeyEncoder encoder;
    private final KeyReader reader;
    private final DeletedRows deleted;
    private final FileList files = new FileList();
    private Set<Integer> keyOrders = Set.of();
    private @Nullable Long snapshot;
    private boolean loaded;

    /**
     * @param keyColumns the table's key in key order
     * @param stage brings the table's files to where DuckDB can read them
     */
    public KeyIndex(
            KeyStore store, Table table, List<NestedField> keyColumns, DuckDBConnection connection, FileStage stage) {
        this.store = store;
        this.encoder = new KeyEncoder(keyColumns);
        this.reader = new KeyReader(connection, encoder, table.io(), stage);
        this.deleted = new DeletedRows(table);
    }

    private void use(Table table) {
        deleted.use(table);
        keyOrders = table.sortOrders().values().stream()
                .filter(encoder::comesFirstIn)
                .map(SortOrder::orderId)
                .collect(Collectors.toSet());
    }

    /** @return how key columns are written as keys */
    public Keys keys() {
        return new Keys(encoder);
    }

    /** @return the snapshot the index agrees with; null before the first */
    public @Nullable Long snapshot() {
        return snapshot;
    }

    /** @return the files that are live at that snapshot */
    public List<LiveFile> liveFiles() {
        return List.copyOf(files.all());
    }

    /** @return the deleted positions of a live file; not to be changed */
    public PositionDeleteIndex deletedIn(LiveFile file) {
        return deleted.of(file);
    }

    /** @return how many rows of a live file are left */
    public long rowsLeftIn(LiveFile file) {
        PositionDeleteIndex gone = deleted.of(file);
        return file.file().recordCount() - (gone.isEmpty() ? 0 : gone.cardinality());
    }

    /** Makes the index agree with the table's current snapshot. Does nothing when it does already. */
    public void synchronise(Table table) {
        Snapshot head = table.currentSnapshot();
        Long headId = head == null ? null : (Long) head.snapshotId();
        if (loaded && Objects.equals(headId, snapshot)) {
            return;
        }
        use(table);
        Map<String, FileList.Known> known = known(table);
        Map<String, LiveFile> live = live(table, head, known);
        if (wentBack(known, live)) {
            store.clear();
            known = Map.of();
            files.clear();
            live = live(table, head, known);
        }
        replaceFiles(known, live, headId);
        snapshot = headId;
        loaded = true;
    }

    private Map<String, FileList.Known> known(Table table) {
        FileList.clearFormer(store);
        Map<String, FileList.Known> known = FileList.known(store);
        files.continueNumbers(store);
        Long stored = FileList.snapshot(store);
        boolean onMainLine =
                stored == null || table.snapshot(stored) == null || SnapshotUtil.isAncestorOf(table, stored);
        if (onMainLine) {
            return known;
        }
        store.clear();
        return Map.of();
    }

    private Map<String, LiveFile> live(Table table, @Nullable Snapshot head, Map<String, FileList.Known> known) {
        Map<String, LiveFile> live = new HashMap<>();
        if (head == null) {
            return live;
        }
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(head.snapshotId()).planFiles()) {
            for (FileScanTask task : tasks) {
                FileList.Known before = known.get(task.file().location());
                int number = before == null ? files.newNumber() : before.number();
                live.put(task.file().location(), liveFile(table, number, task));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return live;
    }

    private static LiveFile liveFile(Table table, int number, FileScanTask task) {
        for (DeleteFile delete : task.deletes()) {
            if (delete.content() == FileContent.EQUALITY_DELETES) {
                throw new FirnException(
                        ErrorCode.SCHEMA_INCOMPATIBLE,
                        "%s has equality deletes, written by another writer (%s); rewrite its data files, then start again"
                                .formatted(table.name(), delete.location()));
            }
        }
        return new LiveFile(number, task.file().copyWithoutStats(), task.deletes());
    }

    /**
     * A file with fewer deleted rows than before: rows came back, and entries that were moved elsewhere cannot be
     * trusted.
     */
    private static boolean wentBack(Map<String, FileList.Known> known, Map<String, LiveFile> live) {
        for (Map.Entry<String, FileList.Known> before : known.entrySet()) {
            LiveFile now = live.get(before.getKey());
            if (now != null
                    && now.deletes().stream().mapToLong(DeleteFile::recordCount).sum()
                            < before.getValue().deletedRows()) {
                return true;
            }
        }
        return false;
    }

    private void replaceFiles(Map<String, FileList.Known> known, Map<String, LiveFile> live, @Nullable Long headId) {
        writeNumbers();
        FileList.Entries entries = new FileList.Entries();
        Set<String> gone = new HashSet<>(known.keySet());
        gone.removeAll(live.keySet());
        gone.forEach(entries::remove);
        files.all().stream().map(LiveFile::location).toList().forEach(files::remove);
        deleted.forgetAll();
        for (LiveFile file : live.values()) {
            files.put(file);
            entries.put(file);
            if (!known.containsKey(file.location())) {
                addKeys(file);
            }
        }
        if (headId != null) {
            entries.snapshot(headId);
        }
        store.write(entries.keys, entries.values);
    }

    private void writeNumbers() {
        FileList.Entries numbers = new FileList.Entries();
        numbers.numbersUsed(files);
        store.write(numbers.keys, numbers.values);
    }

    private void addKeys(LiveFile file) {
        if (file.file().recordCount() < BULK_ROWS || !encoder.sortsInSql()) {
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

    /** Saves sorting what is sorted. */
    private boolean claimsKeyOrder(LiveFile file) {
        Integer order = file.file().sortOrderId();
        return order != null && keyOrders.contains(order);
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

    /** @return the live row of each key, in the order of the keys; null where there is none */
    public List<@Nullable Located> locate(List<byte[]> keys) {
        List<@Nullable Located> located = new ArrayList<>(keys.size());
        for (byte[] value : store.get(keys)) {
            located.add(located(RowAddress.decode(value)));
        }
        return located;
    }

    private @Nullable Located located(@Nullable RowAddress address) {
        LiveFile file = address == null ? null : files.numbered(address.file());
        if (address == null || file == null || deleted.of(file).isDeleted(address.position())) {
            return null;
        }
        long rowId = address.storedRowId() == RowAddress.INHERITED
                ? file.inheritedRowId(address.position())
                : address.storedRowId();
        return new Located(file, address.position(), rowId);
    }

    /** Takes over what a commit of this writer did to the table. */
    public void apply(Table table, CommitReceipt receipt, RowChanges changes) {
        use(table);
        FileList.Entries entries = new FileList.Entries();
        for (DataFile file : changes.removed()) {
            forget(file.location(), entries);
        }
        Map<String, List<DeleteFile>> deletes = new HashMap<>();
        changes.addedDeletes()
                .forEach(d -> deletes.computeIfAbsent(
                                ContentFileUtil.referencedDataFileLocation(d), l -> new ArrayList<>())
                        .add(d));
        deletes.forEach((location, own) -> replaceDeletes(location, own, changes, entries));
        if (!changes.added().isEmpty()) {
            SnapshotChanges committed = SnapshotChanges.builderFor(table)
                    .snapshot(table.snapshot(receipt.snapshotId()))
                    .build();
            List<LiveFile> added = new ArrayList<>();
            for (DataFile file : committed.addedDataFiles()) {
                added.add(new LiveFile(files.newNumber(), file.copyWithoutStats(), List.of()));
            }
            writeNumbers();
            added.forEach(file -> add(file, entries));
        }
        entries.snapshot(receipt.snapshotId());
        store.write(entries.keys, entries.values);
        snapshot = receipt.snapshotId();
    }

    private void forget(String location, FileList.Entries entries) {
        LiveFile removed = files.remove(location);
        if (removed != null) {
            deleted.forget(removed.number());
            entries.remove(location);
        }
    }

    private void replaceDeletes(String location, List<DeleteFile> own, RowChanges changes, FileList.Entries entries) {
        LiveFile file = files.at(location);
        if (file == null) {
            return;
        }
        List<DeleteFile> deletes = new ArrayList<>(file.deletes());
        deletes.removeAll(changes.removedDeletes());
        deletes.addAll(own);
        LiveFile updated = file.withDeletes(deletes);
        files.put(updated);
        entries.put(updated);
    }

    private void add(LiveFile file, FileList.Entries entries) {
        files.put(file);
        entries.put(file);
        addKeys(file);
    }

    @Override
    public void close() {
        store.close();
    }
}
