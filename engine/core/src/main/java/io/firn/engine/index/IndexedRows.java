package io.firn.engine.index;

import io.firn.catalog.FirnException;
import io.firn.dq.expect.KeyHints;
import io.firn.workbench.DuckFailures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries of an index, held against one snapshot of the table: that a file has a key at a place stays true for as long
 * as there is the file, so an entry counts when the snapshot has its file and has not deleted its place. The index may
 * be older than the snapshot or newer, and of another table.
 */
final class IndexedRows implements KeyHints.Known {
    private static final Logger LOG = LoggerFactory.getLogger(IndexedRows.class);
    private static final int BATCH_KEYS = 10_000;

    private final ReadableKeys store;
    private final KeyEncoder encoder;
    private final DeletedRows deleted;
    private final Map<String, FileList.Known> known;
    private final Map<Integer, LiveFile> live = new HashMap<>();

    IndexedRows(ReadableKeys store, Table table, long snapshotId, List<String> key) {
        this.store = store;
        this.encoder =
                new KeyEncoder(key.stream().map(table.schema()::findField).toList());
        this.deleted = new DeletedRows(table);
        try {
            this.known = FileList.known(store);
        } catch (FirnException e) {
            store.close();
            throw e;
        }
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(snapshotId).planFiles()) {
            tasks.forEach(this::note);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void note(FileScanTask task) {
        FileList.Known file = known.get(task.file().location());
        boolean byPosition =
                task.deletes().stream().noneMatch(delete -> delete.content() == FileContent.EQUALITY_DELETES);
        if (file != null && byPosition) {
            live.put(file.number(), new LiveFile(file.number(), task.file().copyWithoutStats(), task.deletes()));
        }
    }

    @Override
    public Set<String> seen() {
        return Set.copyOf(known.keySet());
    }

    /** In the order of the keys, for neighbours share blocks of the index. */
    @Override
    public void find(DuckDBConnection connection, String keys, String id, LongConsumer found) {
        String columns = IntStream.range(0, encoder.size())
                .mapToObj(i -> encoder.expression(i, encoder.name(i)))
                .collect(Collectors.joining(", "));
        List<Long> ids = new ArrayList<>();
        List<byte[]> batch = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT %1$s, %2$s FROM %3$s ORDER BY %2$s".formatted(id, columns, keys))) {
            while (row.next()) {
                ids.add(row.getLong(1));
                batch.add(encoder.encode(row, 2));
                if (batch.size() == BATCH_KEYS) {
                    find(ids, batch, found);
                }
            }
            find(ids, batch, found);
        } catch (FirnException e) {
            LOG.info("{}; keys are looked up in the table", e.getMessage());
        } catch (SQLException e) {
            throw DuckFailures.translate("looking keys up", e);
        }
    }

    private void find(List<Long> ids, List<byte[]> batch, LongConsumer found) {
        List<byte @Nullable []> values = store.get(batch);
        for (int i = 0; i < values.size(); i++) {
            if (isThere(RowAddress.decode(values.get(i)))) {
                found.accept(ids.get(i));
            }
        }
        ids.clear();
        batch.clear();
    }

    private boolean isThere(@Nullable RowAddress address) {
        LiveFile file = address == null ? null : live.get(address.file());
        return address != null && file != null && !deleted.of(file).isDeleted(address.position());
    }

    @Override
    public void close() {
        store.close();
    }
}
