package io.firn.compactor;

import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.plan.Reason;
import io.firn.compactor.rewrite.GroupRewrite;
import io.firn.compactor.rewrite.Hooks;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.DeleteGranularity;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.deletes.SortingPositionOnlyDeleteWriter;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.OutputFileFactory;
import org.jspecify.annotations.Nullable;

/** Another writer of a table, at work with a table object of its own: appends, row deltas, removals of whole files. */
public final class TestWriter {
    private final TestLake lake;
    private final Table table;
    private int operations;

    public TestWriter(TestLake lake, Table table) {
        this.lake = lake;
        this.table = lake.reload(table);
    }

    public Table table() {
        return table;
    }

    /** Appends products with ids {@code from}, {@code from + step} and so on. */
    public void append(long from, int rows, long step) {
        String select = """
                (SELECT %d + i * %d AS id,
                    CASE WHEN i %% 7 > 0 THEN 'product ' || (%d + i * %d) END AS name,
                    ((i * 37) %% 1000 / 100)::DECIMAL(12,2) AS price,
                    CASE WHEN i %% 5 > 0 THEN ['t' || i %% 3, NULL] END AS tags,
                    (i %% 3)::INTEGER AS category
                FROM range(%d) t(i))
                """.formatted(from, step, from, step, rows);
        appendSelect(select);
    }

    void appendSelect(String relation) {
        table.refresh();
        var append = table.newAppend();
        write(relation).forEach(append::appendFile);
        append.commit();
    }

    private List<DataFile> write(String relation) {
        try (Connection connection = lake.duck.connect()) {
            return new ParquetOut(table, "writer-" + operations++, FileSettings.of(table), Path.of("unused"))
                    .writePartitioned(connection, relation, null);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Deletes one row in {@code oneIn} of every file, at random. */
    public long deleteSome(Random random, int oneIn) {
        Map<FileScanTask, List<Long>> positions = new HashMap<>();
        long count = 0;
        for (FileScanTask task : TestLake.files(table)) {
            PositionDeleteIndex deleted = load(task);
            List<Long> chosen = new ArrayList<>();
            for (long position = 0; position < task.file().recordCount(); position++) {
                if (random.nextInt(oneIn) == 0 && (deleted == null || !deleted.isDeleted(position))) {
                    chosen.add(position);
                }
            }
            if (!chosen.isEmpty()) {
                positions.put(task, chosen);
                count += chosen.size();
            }
        }
        delete(positions);
        return count;
    }

    /** Deletes positions as the format version wants it, replacing the files' previous deletes. */
    void delete(Map<FileScanTask, List<Long>> positions) {
        RowDelta delta =
                table.newRowDelta().validateFromSnapshot(table.currentSnapshot().snapshotId());
        try {
            for (Map.Entry<FileScanTask, List<Long>> entry : positions.entrySet()) {
                DeleteWriteResult result = TableUtil.formatVersion(table) >= 3
                        ? vector(entry.getKey(), entry.getValue())
                        : positionDeletes(entry.getKey(), entry.getValue());
                result.deleteFiles().forEach(delta::addDeletes);
                result.rewrittenDeleteFiles().forEach(delta::removeDeletes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        delta.commit();
    }

    /** Deletes a product as other engines do, by an equality delete. */
    void deleteByKey(long id) {
        table.refresh();
        Schema key = table.schema().select("id");
        var writer = new GenericFileWriterFactory.Builder(table)
                .equalityFieldIds(new int[] {1})
                .equalityDeleteRowSchema(key)
                .build()
                .newEqualityDeleteWriter(outputs(FileFormat.PARQUET).newOutputFile(), table.spec(), null);
        try (writer) {
            Record record = GenericRecord.create(key);
            record.setField("id", id);
            writer.write(record);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        table.newRowDelta().addDeletes(writer.toDeleteFile()).commit();
    }

    private DeleteWriteResult vector(FileScanTask task, List<Long> positions) throws IOException {
        BaseDVFileWriter writer = new BaseDVFileWriter(outputs(FileFormat.PUFFIN), path -> load(task));
        try (writer) {
            positions.forEach(
                    position -> writer.delete(task.file().location(), position, task.spec(), task.partition()));
        }
        return writer.result();
    }

    private DeleteWriteResult positionDeletes(FileScanTask task, List<Long> positions) throws IOException {
        SortingPositionOnlyDeleteWriter<Record> writer = new SortingPositionOnlyDeleteWriter<>(
                () -> new GenericFileWriterFactory.Builder(table)
                        .build()
                        .newPositionDeleteWriter(
                                task.spec().isUnpartitioned()
                                        ? outputs(FileFormat.PARQUET).newOutputFile()
                                        : outputs(FileFormat.PARQUET).newOutputFile(task.spec(), task.partition()),
                                task.spec(),
                                task.partition()),
                DeleteGranularity.FILE,
                path -> load(task));
        try (writer) {
            PositionDelete<Record> delete = PositionDelete.create();
            positions.forEach(position -> writer.write(delete.set(task.file().location(), position)));
        }
        return writer.result();
    }

    private @Nullable PositionDeleteIndex load(FileScanTask task) {
        List<DeleteFile> deletes = task.deletes();
        return deletes.isEmpty()
                ? null
                : new BaseDeleteLoader(file -> table.io().newInputFile(file))
                        .loadPositionDeletes(deletes, task.file().location());
    }

    private OutputFileFactory outputs(FileFormat format) {
        return OutputFileFactory.builderFor(table, operations++, 1)
                .format(format)
                .build();
    }

    /** Takes one data file with all its rows out of the table. */
    void removeFile(Random random) {
        List<FileScanTask> files = TestLake.files(table);
        FileScanTask file = files.get(random.nextInt(files.size()));
        var delete = table.newDelete().deleteFile(file.file());
        delete.commit();
    }

    /** Replaces one data file by a copy of its live rows, as a compactor that knows nothing of this one would. */
    void rewriteElsewhere(Random random) {
        List<FileScanTask> files = TestLake.files(table);
        FileScanTask task = files.get(random.nextInt(files.size()));
        FileGroup group = new FileGroup(
                task.file().specId(),
                task.file().partition(),
                "",
                Reason.DELETES,
                1,
                0,
                List.of(new LiveFile(task.file(), task.deletes(), 0, false)));
        try (Workbench workbench = new Workbench(lake.duck, lake.config)) {
            GroupRewrite.Outcome outcome = new GroupRewrite(
                            table, workbench, "foreign-" + operations++, Path.of("unused"), Hooks.NONE)
                    .run(group, table.currentSnapshot().snapshotId(), 1 << 20);
            var rewrite = table.newRewrite()
                    .validateFromSnapshot(table.currentSnapshot().snapshotId())
                    .deleteFile(task.file());
            task.deletes().forEach(rewrite::deleteFile);
            outcome.rewritten().outputs().forEach(rewrite::addFile);
            rewrite.commit();
        }
    }
}
