package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Files;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.DeleteLoader;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.PartitionUtil;
import org.jspecify.annotations.Nullable;

/** The rows of one data file that are not deleted, in its order. */
final class LiveRows implements AutoCloseable {
    private final String location;
    private final PositionDeleteIndex deleted;
    private final CloseableIterable<StructLike> file;
    private final CloseableIterator<StructLike> rows;
    private long position;

    private LiveRows(
            String location,
            PositionDeleteIndex deleted,
            CloseableIterable<StructLike> file,
            CloseableIterator<StructLike> rows) {
        this.location = location;
        this.deleted = deleted;
        this.file = file;
        this.rows = rows;
    }

    /**
     * Opens a file.
     *
     * @param schema the columns to read, those of row lineage among them
     * @param path where it is on the local disk
     * @throws FirnException when it, or a delete file, cannot be read
     */
    static LiveRows open(Schema schema, FileScanTask task, Path path, DeleteLoader loader) {
        String location = task.file().location();
        try {
            PositionDeleteIndex deleted = task.deletes().isEmpty()
                    ? PositionDeleteIndex.empty()
                    : loader.loadPositionDeletes(task.deletes(), location);
            Map<Integer, ?> constants = constants(task);
            CloseableIterable<StructLike> file = Parquet.read(Files.localInput(path.toFile()))
                    .project(schema)
                    .createReaderFunc(columns -> InternalReader.create(schema, columns, constants))
                    .reuseContainers()
                    .build();
            return new LiveRows(location, deleted, file, file.iterator());
        } catch (RuntimeException e) {
            throw failed(location, e);
        }
    }

    /**
     * What rows have in common that is not in their file. A file that no commit has yet says all about its rows itself;
     * what it leaves out becomes negative, so that it is noticed.
     */
    private static Map<Integer, ?> constants(FileScanTask task) {
        Map<Integer, Object> constants = new HashMap<>(PartitionUtil.constantsMap(task, (type, value) -> value));
        constants.putIfAbsent(MetadataColumns.ROW_ID.fieldId(), (long) Integer.MIN_VALUE);
        constants.putIfAbsent(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.fieldId(), (long) Integer.MIN_VALUE);
        return constants;
    }

    private static FirnException failed(String location, Exception e) {
        return new FirnException(ErrorCode.STORAGE_FAILED, "reading %s failed: %s".formatted(location, e), e);
    }

    /** Returns the next row, which is good until the one after it is asked for; null after the last. */
    @Nullable
    StructLike next() {
        try {
            while (rows.hasNext()) {
                StructLike row = rows.next();
                if (!deleted.isDeleted(position++)) {
                    return row;
                }
            }
            return null;
        } catch (RuntimeException e) {
            throw failed(location, e);
        }
    }

    @Override
    public void close() {
        try (file) {
            rows.close();
        } catch (IOException e) {
            throw failed(location, e);
        }
    }
}
