package io.firn.engine.index;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.RowChanges;
import io.firn.workbench.FileStage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
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
 * <p>Used by one thread; {@link #readAhead} may be called by others.
 */
public final class KeyIndex implements AutoCloseable {
    private final KeyStore store;
    private final KeyEncoder encoder;
    private final DeletedRows deleted;
    private final FileList files = new FileList();
    private final KeysAhead ahead = new KeysAhead();
    private final KeyLoader loader;
    private @Nullable Long snapshot;
    private volatile boolean loaded;

    /**
     * @param keyColumns the table's key in key order
     * @param stage brings the table's files to where DuckDB can read them
     */
    public KeyIndex(
            KeyStore store, Table table, List<NestedField> keyColumns, DuckDBConnection connection, FileStage stage) {
        this.store = store;
        this.encoder = new KeyEncoder(keyColumns);
        this.deleted = new DeletedRows(table);
        KeyReader reader = new KeyReader(connection, encoder, table.io(), stage);
        this.loader = new KeyLoader(store, encoder, reader, deleted, ahead);
    }

    private void use(Table table) {
        deleted.use(table);
        loader.use(table.sortOrders().values());
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
            ahead.abandon(() -> {
                store.clear();
                files.clear();
            });
            known = Map.of();
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
        ahead.abandon(store::clear);
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
                int number = before == null ? numberOf(task.file()) : before.number();
                live.put(task.file().location(), liveFile(table, number, task));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return live;
    }

    private int numberOf(DataFile unknown) {
        Integer number = ahead.number(unknown.location());
        return number == null ? files.newNumber() : number;
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
        List<LiveFile> unknown = new ArrayList<>();
        for (LiveFile file : live.values()) {
            files.put(file);
            entries.put(file);
            if (!known.containsKey(file.location())) {
                unknown.add(file);
            }
        }
        loader.load(unknown);
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

    /** What was read of files; closed when the index has followed their commit, or need not any more. */
    public interface ReadAhead extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Reads the keys of large files that somebody is about to commit, so that there is little left to do when the index
     * follows. May be called by any thread, while the index is in use; nothing depends on it.
     *
     * @param connection used by the caller's thread alone
     */
    public ReadAhead readAhead(Collection<DataFile> added, DuckDBConnection connection) {
        List<String> read = loaded ? loader.readAhead(added, connection, files::newNumber) : List.of();
        return () -> ahead.forget(read);
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
            for (LiveFile file : added) {
                files.put(file);
                entries.put(file);
            }
            loader.load(added);
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

    @Override
    public void close() {
        ahead.end();
        store.close();
    }
}
