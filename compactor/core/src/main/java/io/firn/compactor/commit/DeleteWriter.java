package io.firn.compactor.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.DeleteGranularity;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.deletes.SortingPositionOnlyDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.OutputFileFactory;

/** Marks rows of new data files as deleted: deletion vectors from format version 3 on, before that position deletes. */
final class DeleteWriter {
    private static final int FIRST_VERSION_WITH_VECTORS = 3;

    private final Table table;
    private final OutputFileFactory files;

    DeleteWriter(Table table, String operationId) {
        this.table = table;
        this.files = OutputFileFactory.builderFor(table, 0, 0)
                .operationId(operationId)
                .format(vectors() ? FileFormat.PUFFIN : FileFormat.PARQUET)
                .suffix("deletes")
                .build();
    }

    private boolean vectors() {
        return TableUtil.formatVersion(table) >= FIRST_VERSION_WITH_VECTORS;
    }

    /**
     * Writes the positions of files that have no other deletes.
     *
     * @return one delete file for each data file that has positions
     */
    List<DeleteFile> write(Map<DataFile, PositionDeleteIndex> positions) {
        try {
            return vectors() ? writeVectors(positions) : writePositionDeletes(positions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<DeleteFile> writeVectors(Map<DataFile, PositionDeleteIndex> positions) throws IOException {
        BaseDVFileWriter writer = new BaseDVFileWriter(files, path -> null);
        try (writer) {
            positions.forEach((file, index) -> {
                if (index.isNotEmpty()) {
                    writer.delete(file.location(), index, spec(file), file.partition());
                }
            });
        }
        return writer.result().deleteFiles();
    }

    private List<DeleteFile> writePositionDeletes(Map<DataFile, PositionDeleteIndex> positions) throws IOException {
        GenericFileWriterFactory factory = new GenericFileWriterFactory.Builder(table)
                .deleteFileFormat(FileFormat.PARQUET)
                .build();
        List<DeleteFile> written = new ArrayList<>();
        for (Map.Entry<DataFile, PositionDeleteIndex> entry : positions.entrySet()) {
            DataFile file = entry.getKey();
            SortingPositionOnlyDeleteWriter<Record> writer = new SortingPositionOnlyDeleteWriter<>(
                    () -> factory.newPositionDeleteWriter(newOutputFile(file), spec(file), file.partition()),
                    DeleteGranularity.FILE);
            try (writer) {
                PositionDelete<Record> delete = PositionDelete.create();
                entry.getValue().forEach(position -> writer.write(delete.set(file.location(), position)));
            }
            written.addAll(writer.result().deleteFiles());
        }
        return written;
    }

    private EncryptedOutputFile newOutputFile(DataFile file) {
        PartitionSpec spec = spec(file);
        return spec.isUnpartitioned() ? files.newOutputFile() : files.newOutputFile(spec, file.partition());
    }

    private PartitionSpec spec(DataFile file) {
        return Objects.requireNonNull(table.specs().get(file.specId()));
    }
}
