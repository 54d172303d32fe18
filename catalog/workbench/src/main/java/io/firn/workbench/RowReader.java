package io.firn.workbench;

import io.firn.catalog.FirnException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.types.Types.NestedField;

/** The live rows of a table's data files, with their lineage, as Iceberg's own reader sees them. */
final class RowReader {
    private static final int FIRST_VERSION_WITH_LINEAGE = 3;

    private final Table table;
    private final Workbench workbench;
    private final Schema schema;

    RowReader(Table table, Workbench workbench) {
        this.table = table;
        this.workbench = workbench;
        this.schema = schema(table);
    }

    /** Returns a table's columns, followed by those of row lineage where it has it. */
    static Schema schema(Table table) {
        List<NestedField> columns = new ArrayList<>(table.schema().columns());
        if (TableUtil.formatVersion(table) >= FIRST_VERSION_WITH_LINEAGE) {
            columns.add(MetadataColumns.ROW_ID);
            columns.add(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER);
        }
        return new Schema(columns);
    }

    /** Takes one row after the other. */
    @FunctionalInterface
    interface Sink<E extends Exception> {
        /** @param row changes after this returns */
        void accept(StructLike row) throws E;
    }

    /**
     * Reads files in order, each to its end.
     *
     * @throws FirnException when a file or its deletes cannot be read
     */
    <E extends Exception> void read(List<FileScanTask> files, Sink<E> sink) throws E {
        SerialDeleteLoader deletes = new SerialDeleteLoader(table);
        try (FileCache.Lease lease = workbench.lease()) {
            Map<String, Path> paths = lease.stage(
                    table.io(),
                    files.stream()
                            .map(task -> new FileCache.Wanted(
                                    task.file().location(), task.file().fileSizeInBytes()))
                            .toList());
            for (FileScanTask task : files) {
                Path path = Objects.requireNonNull(paths.get(task.file().location()));
                try (LiveRows rows = LiveRows.open(schema, task, path, deletes)) {
                    for (StructLike row = rows.next(); row != null; row = rows.next()) {
                        sink.accept(row);
                    }
                }
            }
        }
    }
}
