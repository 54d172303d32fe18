package io.firn.engine.remark;

import io.firn.catalog.Cut;
import io.firn.catalog.Lake;
import io.firn.catalog.TransactionRemarks;
import io.firn.engine.source.ChangeSource.Partition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;

/**
 * Collects what is said about the transactions of a cut, and commits it before the cut's changes are logged. A cut that
 * is tried again may commit it again; readers take what is there twice for one.
 */
public final class Remarks {
    private final Lake lake;
    private final List<Waiting> waiting = new ArrayList<>();

    private record Waiting(Partition partition, long offset, Remark remark) {
        boolean isBefore(Map<Partition, Long> next) {
            return offset < next.getOrDefault(partition, 0L);
        }
    }

    public Remarks(Lake lake) {
        this.lake = lake;
    }

    /** Notes a remark of the cut that is being collected. */
    public void add(Partition partition, long offset, Remark remark) {
        waiting.add(new Waiting(partition, offset, remark));
    }

    /**
     * Commits what was said in a cut.
     *
     * @param next for each partition the first offset that is not in it
     */
    public void commit(Cut cut, Map<Partition, Long> next) {
        List<Remark> said = waiting.stream()
                .filter(one -> one.isBefore(next))
                .map(Waiting::remark)
                .toList();
        if (!said.isEmpty()) {
            Table table = table();
            table.newFastAppend().appendFile(write(table, cut, said)).commit();
            waiting.removeIf(one -> one.isBefore(next));
        }
    }

    private Table table() {
        return lake.find(TransactionRemarks.TABLE).orElseGet(this::create);
    }

    private Table create() {
        try {
            return lake.catalog()
                    .createTable(
                            lake.identifier(TransactionRemarks.TABLE),
                            TransactionRemarks.SCHEMA,
                            PartitionSpec.unpartitioned(),
                            Map.of(
                                    "format-version", "2",
                                    "write.metadata.compression-codec", "gzip",
                                    "write.metadata.delete-after-commit.enabled", "true",
                                    "write.metadata.previous-versions-max", "20"));
        } catch (AlreadyExistsException e) {
            return lake.table(TransactionRemarks.TABLE);
        }
    }

    private static DataFile write(Table table, Cut cut, List<Remark> remarks) {
        String name = "cut-%d-%s.parquet".formatted(cut.number(), UUID.randomUUID());
        try {
            DataWriter<Record> writer = Parquet.writeData(
                            table.io().newOutputFile(table.locationProvider().newDataLocation(name)))
                    .forTable(table)
                    .schema(TransactionRemarks.SCHEMA)
                    .withSpec(PartitionSpec.unpartitioned())
                    .createWriterFunc(GenericParquetWriter::create)
                    .build();
            try (writer) {
                remarks.forEach(remark -> writer.write(row(cut, remark)));
            }
            return writer.toDataFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Record row(Cut cut, Remark remark) {
        Record row = GenericRecord.create(TransactionRemarks.SCHEMA);
        row.setField(TransactionRemarks.TRANSACTION, remark.transaction());
        row.setField(
                TransactionRemarks.COMMITTED_AT,
                Instant.EPOCH.plus(remark.committedMicros(), ChronoUnit.MICROS).atOffset(ZoneOffset.UTC));
        row.setField(TransactionRemarks.LSN, remark.lsn());
        row.setField(TransactionRemarks.NAME, remark.name());
        row.setField(TransactionRemarks.VALUE, remark.value());
        row.setField(TransactionRemarks.CUT, cut.number());
        return row;
    }
}
