package io.firn.bench.compact;

import io.firn.bench.Cost;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import io.firn.compactor.plan.PlanRules;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Sql;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/**
 * Compacts a partition of 60,000 small files that all overlap, each with a delete file of its own, with 512 MB for
 * DuckDB and as much heap as Java was given, and prints the most memory that the process ever had.
 *
 * <p>Arguments: {@code --dir FOLDER} (when it has the table already, that is used), {@code --files N}, {@code --rows N}
 * in each, {@code --fill-only yes} to stop when the table is made, or to go on making one that is not complete.
 */
public final class ManySmallFiles {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()));
    private static final int PER_COMMIT = 5000;

    private final Table table;
    private final Connection connection;
    private final Path folder;

    private ManySmallFiles(Table table, Connection connection) throws IOException {
        this.table = table;
        this.connection = connection;
        this.folder = Files.createDirectories(
                Path.of(table.location().substring("file:".length())).resolve("data"));
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, SQLException {
        Options options = Options.parse(arguments);
        int files = (int) options.number("--files", 60_000);
        int rows = (int) options.number("--rows", 20);
        try (ReferenceLake lake = new ReferenceLake(Path.of(options.text("--dir", "target/bench-many")))) {
            boolean fillOnly = options.text("--fill-only", "no").equals("yes");
            boolean exists = lake.catalog().tableExists(lake.identifier("many"));
            Table table = exists ? lake.catalog().loadTable(lake.identifier("many")) : empty(lake);
            if (!exists || fillOnly) {
                fill(lake, table, files, rows);
            }
            if (fillOnly) {
                return;
            }
            Cost start = Cost.now();
            CompactionResult result = compact(table, lake.config());
            Cost cost = Cost.since(start);
            System.err.println(result);
            System.out.printf(
                    Locale.ROOT,
                    "{\"bench\":\"compact-many\",\"files\":%d,\"delete_files\":%d,\"files_after\":%d,\"heap_mb\":%d,"
                            + "\"duckdb_mb\":512,\"peak_mb\":%d,\"seconds\":%.1f,\"cpu_seconds\":%.1f}%n",
                    result.filesBefore(),
                    result.filesBefore(),
                    result.filesAfter(),
                    Runtime.getRuntime().maxMemory() >> 20,
                    Cost.peakMegabytes(),
                    cost.seconds(),
                    cost.cpuSeconds());
        }
    }

    private static Table empty(ReferenceLake lake) {
        return lake.catalog()
                .buildTable(lake.identifier("many"), SCHEMA)
                .withPartitionSpec(PartitionSpec.unpartitioned())
                .withSortOrder(SortOrder.builderFor(SCHEMA).asc("id").build())
                .withProperty("format-version", "2")
                .create();
    }

    private static void fill(ReferenceLake lake, Table table, int files, int rows) throws IOException, SQLException {
        Snapshot last = table.currentSnapshot();
        int present = last == null ? 0 : Integer.parseInt(last.summary().get(SnapshotSummary.TOTAL_DATA_FILES_PROP));
        try (DuckDatabase duck = DuckDatabase.open(lake.config());
                Connection connection = duck.connect()) {
            new ManySmallFiles(table, connection).fill(present, files, rows);
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

    private void fill(int present, int files, int rows) throws SQLException {
        try (Statement duck = connection.createStatement()) {
            for (int from = present; from < files; from += PER_COMMIT) {
                RowDelta delta = table.newRowDelta();
                for (int file = from; file < Math.min(files, from + PER_COMMIT); file++) {
                    DataFile written = data(duck, file, files, rows);
                    delta.addRows(written);
                    delta.addDeletes(delete(duck, written));
                }
                delta.commit();
            }
        }
    }

    private DataFile data(Statement duck, int file, int files, int rows) throws SQLException {
        Path path = folder.resolve("data-" + file + ".parquet");
        duck.execute("""
                COPY (SELECT i * %d + %d AS id, 'name ' || i AS name FROM range(%d) t(i)) TO %s
                (FORMAT parquet, FIELD_IDS {id: 1, name: 2})
                """.formatted(files, file, rows, Sql.literal(path.toString())));
        Map<Integer, Long> all = Map.of(1, (long) rows, 2, (long) rows);
        Map<Integer, Long> none = Map.of(1, 0L, 2, 0L);
        return DataFiles.builder(table.spec())
                .withPath("file:" + path)
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(path.toFile().length())
                .withMetrics(new Metrics(
                        (long) rows,
                        null,
                        all,
                        none,
                        null,
                        Map.of(1, bound(file)),
                        Map.of(1, bound((rows - 1L) * files + file))))
                .build();
    }

    private static ByteBuffer bound(long id) {
        return Conversions.toByteBuffer(Types.LongType.get(), id);
    }

    private DeleteFile delete(Statement duck, DataFile data) throws SQLException {
        Path path =
                folder.resolve(Path.of(data.location()).getFileName().toString().replace("data", "delete"));
        duck.execute("""
                COPY (SELECT %s AS file_path, unnest([1, 5]) AS pos) TO %s
                (FORMAT parquet, FIELD_IDS {file_path: %d, pos: %d})
                """.formatted(
                        Sql.literal(data.location()),
                        Sql.literal(path.toString()),
                        MetadataColumns.DELETE_FILE_PATH.fieldId(),
                        MetadataColumns.DELETE_FILE_POS.fieldId()));
        return FileMetadata.deleteFileBuilder(table.spec())
                .ofPositionDeletes()
                .withPath("file:" + path)
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(path.toFile().length())
                .withRecordCount(2)
                .withReferencedDataFile(data.location())
                .build();
    }
}
