package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.duckdb.DuckDBAppender;

/** Deletion vectors and position deletes as rows (part, file, position) of a DuckDB table. */
final class DeletedRows {
    private final BaseDeleteLoader loader;

    DeletedRows(Table table) {
        this.loader = new EachFileOnce(table);
    }

    /** Position deletes of many data files may share a delete file; it is read once. */
    private static final class EachFileOnce extends BaseDeleteLoader {
        private final Map<String, Object> loaded = new ConcurrentHashMap<>();

        EachFileOnce(Table table) {
            super(file -> table.io().newInputFile(file), null);
        }

        @Override
        protected boolean canCache(long size) {
            return true;
        }

        @Override
        @SuppressWarnings("unchecked")
        protected <V> V getOrLoad(String key, Supplier<V> supplier, long size) {
            return (V) loaded.computeIfAbsent(key, missing -> supplier.get());
        }
    }

    /** Refuses files with equality deletes. */
    static void requireNoEqualityDeletes(Table table, FileScanTask task) {
        for (DeleteFile delete : task.deletes()) {
            if (delete.content() == FileContent.EQUALITY_DELETES) {
                throw new FirnException(
                        ErrorCode.TYPE_UNSUPPORTED,
                        ("table %s has equality deletes (%s), which are not read here; another writer made them:"
                                        + " rewrite its data files first, such as with Spark's rewrite_data_files")
                                .formatted(table.name(), delete.location()));
            }
        }
    }

    /** Appends the deleted positions of one data file. */
    void append(DuckDBAppender appender, int part, long file, FileScanTask task) throws SQLException {
        LongStream.Builder positions = LongStream.builder();
        loader.loadPositionDeletes(task.deletes(), task.file().location()).forEach(positions);
        for (long position : positions.build().toArray()) {
            appender.beginRow();
            appender.append(part);
            appender.append(file);
            appender.append(position);
            appender.endRow();
        }
    }
}
