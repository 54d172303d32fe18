package io.firn.engine.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.TypeUtil;

/** Somebody else's compaction, with nothing but Iceberg: moves all rows into one file for each partition. */
final class ForeignRewrite {
    private final Table table;
    private final Schema schema;

    ForeignRewrite(Table table) {
        this.table = table;
        this.schema = TableUtil.formatVersion(table) >= 3
                ? TypeUtil.join(table.schema(), new Schema(MetadataColumns.ROW_ID))
                : table.schema();
    }

    void run() {
        if (table.currentSnapshot() == null) {
            return;
        }
        Set<DataFile> data = new HashSet<>();
        Set<DeleteFile> deletes = new HashSet<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                data.add(task.file());
                deletes.addAll(task.deletes());
            }
            if (data.isEmpty()) {
                return;
            }
            RewriteFiles rewrite = table.newRewrite()
                    .validateFromSnapshot(table.currentSnapshot().snapshotId());
            data.forEach(rewrite::deleteFile);
            deletes.forEach(rewrite::deleteFile);
            for (Map.Entry<PartitionKey, List<Record>> partition : byPartition().entrySet()) {
                rewrite.addFile(write(partition.getKey(), partition.getValue()));
            }
            rewrite.commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<PartitionKey, List<Record>> byPartition() throws IOException {
        Map<PartitionKey, List<Record>> rows = new HashMap<>();
        PartitionKey key = new PartitionKey(table.spec(), table.schema());
        InternalRecordWrapper wrapper = new InternalRecordWrapper(schema.asStruct());
        try (CloseableIterable<Record> records =
                IcebergGenerics.read(table).project(schema).build()) {
            for (Record record : records) {
                key.partition(wrapper.wrap(record));
                rows.computeIfAbsent(key.copy(), partition -> new ArrayList<>()).add(0, record.copy());
            }
        }
        return rows;
    }

    private DataFile write(PartitionKey partition, List<Record> rows) throws IOException {
        String location = table.locationProvider().newDataLocation("foreign-" + UUID.randomUUID() + ".parquet");
        DataWriter<Record> writer = Parquet.writeData(table.io().newOutputFile(location))
                .schema(schema)
                .withSpec(table.spec())
                .withPartition(table.spec().isUnpartitioned() ? null : partition)
                .createWriterFunc(GenericParquetWriter::create)
                .build();
        try (writer) {
            rows.forEach(writer::write);
        }
        return writer.toDataFile();
    }
}
