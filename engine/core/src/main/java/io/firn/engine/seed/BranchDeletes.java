package io.firn.engine.seed;

import io.firn.workbench.SerialDeleteLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.DeleteGranularity;
import org.apache.iceberg.deletes.Deletes;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.deletes.SortingPositionOnlyDeleteWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * Marks rows of data files: one deletion vector a file from format 3 on, before that one file of position deletes, with
 * what was marked before.
 */
final class BranchDeletes {
    private static final int FIRST_VERSION_WITH_VECTORS = 3;

    private final Table table;
    private final SerialDeleteLoader loader;
    private final Map<DataFile, PositionDeleteIndex> positions = new LinkedHashMap<>();
    private final List<DeleteFile> obsolete = new ArrayList<>();

    BranchDeletes(Table table) {
        this.table = table;
        this.loader = new SerialDeleteLoader(table);
    }

    /** @param file with the deletes that it has */
    void add(FileScanTask file, long position) {
        positions.computeIfAbsent(file.file(), any -> before(file)).delete(position);
    }

    private PositionDeleteIndex before(FileScanTask file) {
        PositionDeleteIndex all = Deletes.toPositionIndex(CloseableIterable.empty());
        if (!file.deletes().isEmpty()) {
            loader.loadPositionDeletes(file.deletes(), file.file().location()).forEach(all::delete);
            file.deletes().stream().filter(ContentFileUtil::isFileScoped).forEach(obsolete::add);
        }
        return all;
    }

    /** @return the delete files that hold nothing any more that those written here do not hold */
    List<DeleteFile> obsolete() {
        return List.copyOf(obsolete);
    }

    List<DeleteFile> write() {
        if (positions.isEmpty()) {
            return List.of();
        }
        try {
            return TableUtil.formatVersion(table) >= FIRST_VERSION_WITH_VECTORS ? vectors() : positionDeletes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<DeleteFile> vectors() throws IOException {
        BaseDVFileWriter writer = new BaseDVFileWriter(files(FileFormat.PUFFIN), path -> null);
        try (writer) {
            positions.forEach((file, index) -> writer.delete(file.location(), index, spec(file), file.partition()));
        }
        return writer.result().deleteFiles();
    }

    private List<DeleteFile> positionDeletes() throws IOException {
        OutputFileFactory files = files(FileFormat.PARQUET);
        GenericFileWriterFactory factory = new GenericFileWriterFactory.Builder(table)
                .deleteFileFormat(FileFormat.PARQUET)
                .build();
        List<DeleteFile> written = new ArrayList<>();
        for (Map.Entry<DataFile, PositionDeleteIndex> entry : positions.entrySet()) {
            DataFile file = entry.getKey();
            SortingPositionOnlyDeleteWriter<Record> writer = new SortingPositionOnlyDeleteWriter<>(
                    () -> factory.newPositionDeleteWriter(
                            files.newOutputFile(spec(file), file.partition()), spec(file), file.partition()),
                    DeleteGranularity.FILE);
            try (writer) {
                PositionDelete<Record> delete = PositionDelete.create();
                entry.getValue().forEach(position -> writer.write(delete.set(file.location(), position)));
            }
            written.addAll(writer.result().deleteFiles());
        }
        return written;
    }

    private OutputFileFactory files(FileFormat format) {
        return OutputFileFactory.builderFor(table, 0, 0)
                .operationId("seed-" + UUID.randomUUID())
                .format(format)
                .suffix("deletes")
                .build();
    }

    private PartitionSpec spec(DataFile file) {
        return Objects.requireNonNull(table.specs().get(file.specId()));
    }
}
