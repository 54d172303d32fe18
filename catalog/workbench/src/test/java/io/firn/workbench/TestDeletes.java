package io.firn.workbench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.DeleteGranularity;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.deletes.SortingPositionOnlyDeleteWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.jspecify.annotations.Nullable;

/** Deletes rows by position, as Iceberg's own writers do it. */
final class TestDeletes {
    private TestDeletes() {}

    /** Returns the table's data files by location. */
    static Map<String, FileScanTask> files(Table table) throws IOException {
        Map<String, FileScanTask> files = new TreeMap<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(task -> files.put(task.file().location(), task));
        }
        return files;
    }

    /** Deletes positions of a file by a deletion vector (v3) or a position delete file (v2). */
    static void delete(Table table, String location, List<Long> positions) throws IOException {
        if (TableUtil.formatVersion(table) >= 3) {
            deleteByVector(table, location, positions);
        } else {
            deleteByFile(table, Map.of(location, positions), DeleteGranularity.FILE);
        }
    }

    private static OutputFileFactory outputs(Table table, FileFormat format) {
        return OutputFileFactory.builderFor(table, 1, 1).format(format).build();
    }

    private static void deleteByVector(Table table, String location, List<Long> positions) throws IOException {
        FileScanTask task = Objects.requireNonNull(files(table).get(location));
        BaseDVFileWriter writer =
                new BaseDVFileWriter(outputs(table, FileFormat.PUFFIN), path -> previous(table, task));
        try (writer) {
            for (long position : positions) {
                writer.delete(location, position, task.spec(), task.partition());
            }
        }
        RowDelta delta =
                table.newRowDelta().validateFromSnapshot(table.currentSnapshot().snapshotId());
        writer.result().deleteFiles().forEach(delta::addDeletes);
        writer.result().rewrittenDeleteFiles().forEach(delta::removeDeletes);
        delta.commit();
    }

    private static @Nullable PositionDeleteIndex previous(Table table, FileScanTask task) {
        List<DeleteFile> deletes = task.deletes();
        return deletes.isEmpty()
                ? null
                : new BaseDeleteLoader(file -> table.io().newInputFile(file))
                        .loadPositionDeletes(deletes, task.file().location());
    }

    /** Deletes positions of several files, in one delete file where the granularity is the partition. */
    static void deleteByFile(Table table, Map<String, List<Long>> positions, DeleteGranularity granularity)
            throws IOException {
        SortingPositionOnlyDeleteWriter<Record> writer = new SortingPositionOnlyDeleteWriter<>(
                () -> new GenericFileWriterFactory.Builder(table)
                        .build()
                        .newPositionDeleteWriter(
                                outputs(table, FileFormat.PARQUET).newOutputFile(),
                                PartitionSpec.unpartitioned(),
                                null),
                granularity);
        try (writer) {
            PositionDelete<Record> delete = PositionDelete.create();
            for (Map.Entry<String, List<Long>> file : positions.entrySet()) {
                for (long position : file.getValue()) {
                    writer.write(delete.set(file.getKey(), position));
                }
            }
        }
        RowDelta delta = table.newRowDelta();
        writer.result().deleteFiles().forEach(delta::addDeletes);
        delta.commit();
    }

    /** Returns every third position of a file, beginning at an offset. */
    static List<Long> everyThird(DataFile file, long first) {
        List<Long> positions = new ArrayList<>();
        for (long position = first; position < file.recordCount(); position += 3) {
            positions.add(position);
        }
        return positions;
    }
}
