package io.firn.engine.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.ContentFileUtil;

/** Somebody else's DELETE, as Spark would do it: a file that loses all its rows goes, another gets a delete file. */
final class ForeignDelete {
    private final Table table;
    private final FileRows files;
    private final Random random;

    ForeignDelete(Table table, FileRows files, Random random) {
        this.table = table;
        this.files = files;
        this.random = random;
    }

    /** @param before is told the keys of the rows that the next commit deletes */
    void run(java.util.function.Consumer<Set<Long>> before) {
        List<FileScanTask> tasks = tasks();
        if (tasks.isEmpty()) {
            return;
        }
        FileScanTask task = tasks.get(random.nextInt(tasks.size()));
        PositionDeleteIndex gone = gone(task);
        List<Record> rows = files.of(table, task.file(), table.schema());
        List<Long> live = new ArrayList<>();
        for (long i = 0; i < rows.size(); i++) {
            if (!gone.isDeleted(i)) {
                live.add(i);
            }
        }
        if (live.isEmpty()) {
            return;
        }
        boolean all = random.nextInt(3) == 0;
        List<Long> victims = all ? live : List.of(live.get(random.nextInt(live.size())));
        Set<Long> keys = new TreeSet<>();
        victims.forEach(
                position -> keys.add((Long) rows.get(Math.toIntExact(position)).getField("id")));
        before.accept(keys);
        if (victims.size() == live.size()) {
            table.newDelete().deleteFile(task.file()).commit();
        } else {
            delete(task, victims);
        }
    }

    private List<FileScanTask> tasks() {
        List<FileScanTask> tasks = new ArrayList<>();
        try (CloseableIterable<FileScanTask> planned = table.newScan().planFiles()) {
            planned.forEach(tasks::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tasks.sort(java.util.Comparator.comparing(task -> task.file().dataSequenceNumber()));
        return tasks;
    }

    private PositionDeleteIndex gone(FileScanTask task) {
        return task.deletes().isEmpty()
                ? PositionDeleteIndex.empty()
                : new BaseDeleteLoader(file -> table.io().newInputFile(file))
                        .loadPositionDeletes(task.deletes(), task.file().location());
    }

    private void delete(FileScanTask task, List<Long> victims) {
        RowDelta delta =
                table.newRowDelta().validateFromSnapshot(table.currentSnapshot().snapshotId());
        try {
            if (TableUtil.formatVersion(table) >= 3) {
                DeleteWriteResult written = vector(task, victims);
                written.deleteFiles().forEach(delta::addDeletes);
                written.rewrittenDeleteFiles().forEach(delta::removeDeletes);
            } else {
                delta.addDeletes(positions(task, victims));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        delta.validateDataFilesExist(List.of(task.file().location()));
        delta.commit();
    }

    private OutputFileFactory outputs(FileFormat format) {
        return OutputFileFactory.builderFor(table, 0, 0).format(format).build();
    }

    private DeleteWriteResult vector(FileScanTask task, List<Long> victims) throws IOException {
        BaseDVFileWriter writer = new BaseDVFileWriter(
                outputs(FileFormat.PUFFIN), location -> task.deletes().isEmpty() ? null : gone(task));
        try (writer) {
            victims.forEach(position -> writer.delete(
                    task.file().location(), position, task.spec(), task.file().partition()));
        }
        return writer.result();
    }

    private DeleteFile positions(FileScanTask task, List<Long> victims) throws IOException {
        PositionDeleteWriter<Record> writer = new GenericFileWriterFactory.Builder(table)
                .deleteFileFormat(FileFormat.PARQUET)
                .build()
                .newPositionDeleteWriter(
                        outputs(FileFormat.PARQUET)
                                .newOutputFile(task.spec(), task.file().partition()),
                        task.spec(),
                        task.file().partition());
        try (writer) {
            PositionDelete<Record> delete = PositionDelete.create();
            victims.forEach(position -> writer.write(delete.set(task.file().location(), position)));
        }
        DeleteFile written = writer.toDeleteFile();
        if (!ContentFileUtil.isFileScoped(written)) {
            throw new IllegalStateException("the bounds of " + written.location() + " are not those of one file");
        }
        return written;
    }
}
