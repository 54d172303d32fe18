package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;
import org.duckdb.DuckDBAppender;

/**
 * Deletion vectors and position deletes as rows (part, place) of a DuckDB table, where a place is the file's number and
 * the position in one.
 */
final class DeletedRows {
    /** More than a file can have rows. */
    static final long PLACES_PER_FILE = 1L << 40;

    /** Positions of so many data files are in memory at a time. */
    private static final int FILES_AT_ONCE = 512;

    private final BaseDeleteLoader ofOneFile;
    private final BaseDeleteLoader ofMany;

    DeletedRows(Table table) {
        this.ofOneFile = new SerialDeleteLoader(table);
        this.ofMany = new EachFileOnce(table);
    }

    /** Position deletes of many data files may share a delete file; it is read once. */
    private static final class EachFileOnce extends SerialDeleteLoader {
        private final Map<String, Object> loaded = new ConcurrentHashMap<>();

        EachFileOnce(Table table) {
            super(table);
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

    /** Appends the deleted positions of data files, which are numbered from 0. */
    void append(DuckDBAppender appender, int part, List<FileScanTask> files) throws SQLException {
        for (int from = 0; from < files.size(); from += FILES_AT_ONCE) {
            List<FileScanTask> some = files.subList(from, Math.min(files.size(), from + FILES_AT_ONCE));
            List<PositionDeleteIndex> deleted = load(some);
            for (int i = 0; i < some.size(); i++) {
                append(appender, part, from + i, deleted.get(i));
            }
        }
    }

    private static void append(DuckDBAppender appender, int part, long file, PositionDeleteIndex deleted)
            throws SQLException {
        LongStream.Builder positions = LongStream.builder();
        deleted.forEach(positions);
        for (long position : positions.build().toArray()) {
            appender.beginRow();
            appender.append(part);
            appender.append(file * PLACES_PER_FILE + position);
            appender.endRow();
        }
    }

    private List<PositionDeleteIndex> load(List<FileScanTask> files) {
        PositionDeleteIndex[] loaded = new PositionDeleteIndex[files.size()];
        Tasks.range(files.size())
                .executeWith(
                        files.size() == 1
                                ? SerialDeleteLoader.IN_THE_CALLERS_THREAD
                                : ThreadPools.getDeleteWorkerPool())
                .stopOnFailure()
                .throwFailureWhenFinished()
                .run(i -> loaded[i] = load(files.get(i)));
        return List.of(loaded);
    }

    private PositionDeleteIndex load(FileScanTask task) {
        boolean own = task.deletes().stream().allMatch(ContentFileUtil::isFileScoped);
        return (own ? ofOneFile : ofMany)
                .loadPositionDeletes(task.deletes(), task.file().location());
    }
}
