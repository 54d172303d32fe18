package io.firn.engine.write;

import io.firn.engine.index.KeyIndex;
import io.firn.engine.index.LiveFile;
import io.firn.engine.index.Located;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
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
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.CharSequenceSet;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * Collects superseded rows by data file, and writes them as deletion vectors (format 3) or file-scoped position deletes
 * (format 2), each complete for its data file: it holds what the one it replaces held.
 */
final class Deletions {
    private final Table table;
    private final KeyIndex index;
    private final String operationId;
    private final Map<LiveFile, Positions> byFile = new HashMap<>();

    Deletions(Table table, KeyIndex index, String operationId) {
        this.table = table;
        this.index = index;
        this.operationId = operationId;
    }

    private static final class Positions {
        private long[] values = new long[16];
        private int size;

        void add(long position) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = position;
        }
    }

    /**
     * @param removed data files without a live row
     * @param added one delete file for each data file that lost rows
     * @param obsolete the delete files that {@code added} replaces, and those of removed files
     */
    record Written(List<DataFile> removed, List<DeleteFile> added, List<DeleteFile> obsolete) {}

    void add(Located row) {
        byFile.computeIfAbsent(row.file(), file -> new Positions()).add(row.position());
    }

    /** Deletes every row of the table. */
    Written everything() {
        List<DataFile> removed = new ArrayList<>();
        List<DeleteFile> obsolete = new ArrayList<>();
        for (LiveFile file : index.liveFiles()) {
            removed.add(file.file());
            obsolete.addAll(ownDeletes(file));
        }
        return new Written(removed, List.of(), obsolete);
    }

    Written write() {
        List<DataFile> removed = new ArrayList<>();
        List<DeleteFile> obsolete = new ArrayList<>();
        Map<LiveFile, Positions> shrunk = new HashMap<>();
        byFile.forEach((file, positions) -> {
            if (index.rowsLeftIn(file) == positions.size) {
                removed.add(file.file());
                obsolete.addAll(ownDeletes(file));
            } else {
                shrunk.put(file, positions);
            }
        });
        if (shrunk.isEmpty()) {
            return new Written(removed, List.of(), obsolete);
        }
        DeleteWriteResult result = TableUtil.formatVersion(table) >= 3 ? vectors(shrunk) : positionDeletes(shrunk);
        obsolete.addAll(result.rewrittenDeleteFiles());
        return new Written(removed, result.deleteFiles(), obsolete);
    }

    private static List<DeleteFile> ownDeletes(LiveFile file) {
        return file.deletes().stream().filter(ContentFileUtil::isFileScoped).toList();
    }

    private DeleteWriteResult vectors(Map<LiveFile, Positions> shrunk) {
        try (BaseDVFileWriter writer = new BaseDVFileWriter(files(FileFormat.PUFFIN), previous(shrunk))) {
            shrunk.forEach((file, positions) -> {
                PartitionSpec spec = table.specs().get(file.file().specId());
                for (int i = 0; i < positions.size; i++) {
                    writer.delete(
                            file.location(),
                            positions.values[i],
                            spec,
                            file.file().partition());
                }
            });
            writer.close();
            return writer.result();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every attempt at a cut names its files anew, for an earlier one may have left some that nobody committed. */
    private OutputFileFactory files(FileFormat format) {
        return OutputFileFactory.builderFor(table, 0, 0)
                .operationId(operationId + "-" + UUID.randomUUID())
                .format(format)
                .suffix("deletes")
                .build();
    }

    private Function<String, PositionDeleteIndex> previous(Map<LiveFile, Positions> shrunk) {
        Map<String, LiveFile> byLocation = new HashMap<>();
        shrunk.keySet().forEach(file -> byLocation.put(file.location(), file));
        return location -> {
            LiveFile file = byLocation.get(location);
            return file == null || file.deletes().isEmpty() ? null : index.deletedIn(file);
        };
    }

    private DeleteWriteResult positionDeletes(Map<LiveFile, Positions> shrunk) {
        List<DeleteFile> added = new ArrayList<>();
        List<DeleteFile> obsolete = new ArrayList<>();
        OutputFileFactory files = files(FileFormat.PARQUET);
        GenericFileWriterFactory writers = new GenericFileWriterFactory.Builder(table)
                .deleteFileFormat(FileFormat.PARQUET)
                .build();
        shrunk.forEach((file, positions) -> {
            DeleteWriteResult result = positionDeletes(file, positions, files, writers, previous(shrunk));
            added.addAll(result.deleteFiles());
            obsolete.addAll(result.rewrittenDeleteFiles());
        });
        return new DeleteWriteResult(added, CharSequenceSet.empty(), obsolete);
    }

    private DeleteWriteResult positionDeletes(
            LiveFile file,
            Positions positions,
            OutputFileFactory files,
            GenericFileWriterFactory writers,
            Function<String, PositionDeleteIndex> previous) {
        PartitionSpec spec = table.specs().get(file.file().specId());
        try (SortingPositionOnlyDeleteWriter<Record> writer = new SortingPositionOnlyDeleteWriter<>(
                () -> writers.newPositionDeleteWriter(
                        files.newOutputFile(spec, file.file().partition()),
                        spec,
                        file.file().partition()),
                DeleteGranularity.FILE,
                path -> previous.apply(path.toString()))) {
            PositionDelete<Record> delete = PositionDelete.create();
            for (int i = 0; i < positions.size; i++) {
                writer.write(delete.set(file.location(), positions.values[i]));
            }
            writer.close();
            return writer.result();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
