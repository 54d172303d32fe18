package io.firn.bench.compact;

import io.firn.catalog.config.WorkbenchConfig;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import io.firn.compactor.PlanRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.types.Types;

/**
 * Compacts a partition of 60,000 small files that all overlap, each with a delete file of its own, with 512 MB for DuckDB
 * and as much heap as Java was given, and prints the most memory that the process ever had.
 *
 * <p>Arguments: {@code --dir FOLDER} (an empty or missing one), {@code --files N}, {@code --rows N} in each.
 */
public final class ManySmallFiles {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()));
    private static final int PER_COMMIT = 5000;

    private final Table table;
    private final GenericFileWriterFactory writers;
    private final OutputFileFactory places;

    private ManySmallFiles(Table table) {
        this.table = table;
        this.writers = new GenericFileWriterFactory.Builder(table).build();
        this.places = OutputFileFactory.builderFor(table, 1, 1)
                .format(FileFormat.PARQUET)
                .build();
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        Options options = Options.parse(arguments);
        int files = (int) options.number("--files", 60_000);
        int rows = (int) options.number("--rows", 20);
        try (ReferenceLake lake = new ReferenceLake(Path.of(options.text("--dir", "target/bench-many")))) {
            Table table = lake.catalog()
                    .buildTable(lake.identifier("many"), SCHEMA)
                    .withPartitionSpec(PartitionSpec.unpartitioned())
                    .withSortOrder(SortOrder.builderFor(SCHEMA).asc("id").build())
                    .withProperty("format-version", "2")
                    .create();
            new ManySmallFiles(table).fill(files, rows);
            System.err.println("written");
            Cost start = Cost.now();
            CompactionResult result = compact(table, lake.config());
            Cost cost = Cost.since(start);
            System.err.println(result);
            System.out.printf(
                    Locale.ROOT,
                    "{\"bench\":\"compact-many\",\"files\":%d,\"delete_files\":%d,\"files_after\":%d,\"heap_mb\":%d,"
                            + "\"duckdb_mb\":512,\"peak_mb\":%d,\"seconds\":%.1f,\"cpu_seconds\":%.1f}%n",
                    result.filesBefore(),
                    files,
                    result.filesAfter(),
                    Runtime.getRuntime().maxMemory() >> 20,
                    Cost.peakMegabytes(),
                    cost.seconds(),
                    cost.cpuSeconds());
        }
    }

    private static CompactionResult compact(Table table, WorkbenchConfig config) {
        WorkbenchConfig limited = new WorkbenchConfig(
                512L << 20,
                config.threads(),
                config.tempDirectory(),
                config.tempLimitBytes(),
                config.cacheDirectory(),
                config.cacheLimitBytes(),
                config.indexDirectory());
        try (Compaction compaction = Compaction.open(PlanRules.forTarget(ReferenceLake.TARGET_BYTES), limited)) {
            return compaction.run(table);
        }
    }

    private void fill(int files, int rows) throws IOException {
        for (int from = 0; from < files; from += PER_COMMIT) {
            RowDelta delta = table.newRowDelta();
            for (int file = from; file < Math.min(files, from + PER_COMMIT); file++) {
                DataFile written = data(file, files, rows);
                delta.addRows(written);
                delta.addDeletes(delete(written));
            }
            delta.commit();
        }
    }

    private DataFile data(int file, int files, int rows) throws IOException {
        EncryptedOutputFile place = places.newOutputFile();
        DataWriter<Record> writer = writers.newDataWriter(place, table.spec(), null);
        try (writer) {
            Record row = GenericRecord.create(SCHEMA);
            for (long i = 0; i < rows; i++) {
                row.setField("id", i * files + file);
                row.setField("name", "name " + i);
                writer.write(row);
            }
        }
        return writer.toDataFile();
    }

    private DeleteFile delete(DataFile data) throws IOException {
        PositionDeleteWriter<Record> writer =
                writers.newPositionDeleteWriter(places.newOutputFile(), table.spec(), null);
        try (writer) {
            PositionDelete<Record> delete = PositionDelete.create();
            for (long position : List.of(1L, 5L)) {
                writer.write(delete.set(data.location(), position));
            }
        }
        return writer.toDeleteFile();
    }
}
