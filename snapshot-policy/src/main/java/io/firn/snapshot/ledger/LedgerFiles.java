package io.firn.snapshot.ledger;

import io.firn.catalog.Lake;
import io.firn.snapshot.LakeFolder;
import io.firn.snapshot.TextFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;

/** The two places where entries are: files that are written once, and a table for everybody to query. */
final class LedgerFiles {
    /** The table's name in the lake. */
    static final String TABLE = "firn_ledger";

    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "sequence", Types.LongType.get()),
            Types.NestedField.required(2, "day", Types.StringType.get()),
            Types.NestedField.required(3, "cut", Types.LongType.get()),
            Types.NestedField.required(4, "entry", Types.StringType.get()),
            Types.NestedField.required(5, "hash", Types.StringType.get()),
            Types.NestedField.optional(6, "signature", Types.StringType.get()));

    private final Table table;
    private final String folder;

    private LedgerFiles(Table table) {
        this.table = table;
        this.folder = LakeFolder.beside(table) + "/ledger";
    }

    /** Opens the ledger, and makes its table where it is missing. */
    static LedgerFiles open(Lake lake) {
        return new LedgerFiles(lake.find(TABLE)
                .orElseGet(() -> lake.catalog()
                        .createTable(
                                lake.identifier(TABLE),
                                SCHEMA,
                                PartitionSpec.unpartitioned(),
                                Map.of(
                                        "format-version", "2",
                                        "write.metadata.compression-codec", "gzip",
                                        "write.metadata.delete-after-commit.enabled", "true",
                                        "write.metadata.previous-versions-max", "20"))));
    }

    /** Returns the entries in their files, in order. */
    List<SealedEntry> inFiles() {
        return inFilesFrom(0);
    }

    /** Returns the entries in their files without the first ones. */
    List<SealedEntry> inFilesFrom(long skipped) {
        return locations().stream()
                .skip(skipped)
                .map(location -> SealedEntry.parse(TextFiles.text(table.io(), location)))
                .toList();
    }

    /** How many entries have a file. */
    int count() {
        return locations().size();
    }

    /** A store's listing may lag behind what was written; the table does not, and a file is there or not. */
    private List<String> locations() {
        TreeSet<String> locations = TextFiles.list(table.io(), folder).stream()
                .map(FileInfo::location)
                .filter(location -> location.endsWith(".json"))
                .collect(Collectors.toCollection(TreeSet::new));
        if (locations.size() < countInTable()) {
            inTable().stream()
                    .map(entry -> location(entry.entry()))
                    .filter(location -> table.io().newInputFile(location).exists())
                    .forEach(locations::add);
        }
        return List.copyOf(locations);
    }

    private String location(LedgerEntry entry) {
        return "%s/%06d-%s.json".formatted(folder, entry.sequence(), entry.day());
    }

    /** How many entries the table has, by its metadata. */
    long countInTable() {
        table.refresh();
        Snapshot head = table.currentSnapshot();
        return head == null ? 0 : Long.parseLong(head.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
    }

    /** Returns the entries in the table, in order. */
    List<SealedEntry> inTable() {
        table.refresh();
        List<Record> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            records.forEach(rows::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rows.sort(Comparator.comparing(row -> (Long) row.getField("sequence")));
        return rows.stream()
                .map(row -> new SealedEntry((String) row.getField("entry"), (String) row.getField("hash"), (String)
                        row.getField("signature")))
                .toList();
    }

    /** Writes an entry into a file of its own, which must not be there yet. */
    void write(LedgerEntry entry, SealedEntry sealed) {
        TextFiles.write(table.io(), location(entry), sealed.file());
    }

    /** Adds entries to the table that it misses. */
    void append(List<SealedEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        String location = table.locationProvider().newDataLocation("entries-%s.parquet".formatted(UUID.randomUUID()));
        try {
            DataWriter<Record> writer = Parquet.writeData(table.io().newOutputFile(location))
                    .forTable(table)
                    .schema(SCHEMA)
                    .withSpec(PartitionSpec.unpartitioned())
                    .createWriterFunc(GenericParquetWriter::create)
                    .build();
            try (writer) {
                entries.forEach(entry -> writer.write(row(entry)));
            }
            AppendFiles append = table.newAppend();
            append.appendFile(writer.toDataFile()).commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Record row(SealedEntry sealed) {
        LedgerEntry entry = sealed.entry();
        Record row = GenericRecord.create(SCHEMA);
        row.setField("sequence", entry.sequence());
        row.setField("day", entry.day());
        row.setField("cut", entry.cut());
        row.setField("entry", sealed.text());
        row.setField("hash", sealed.hash());
        row.setField("signature", sealed.signature());
        return row;
    }

    /** Returns where the hashes of a table's files on a day are. */
    String hashes(long sequence, String day, String name) {
        return "%s/files/%06d-%s/%s.gz".formatted(folder, sequence, day, name);
    }

    Table table() {
        return table;
    }
}
