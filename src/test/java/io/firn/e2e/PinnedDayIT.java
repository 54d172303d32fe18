package io.firn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.CurrentTableCommit;
import io.firn.catalog.Cut;
import io.firn.catalog.Lake;
import io.firn.catalog.RowChanges;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.e2e.judge.Judge;
import io.firn.snapshot.ledger.PinnedMetadata;
import io.firn.snapshot.retention.OrphanSweep;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A day's pinned metadata as Spark reads it, in a catalog that knows neither the table nor its tags. */
class PinnedDayIT {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "title", Types.StringType.get()));

    @TempDir
    private Path folder;

    @Test
    void sparkReadsADayThatIsRegisteredFromItsPinnedFile() throws Exception {
        WorkbenchConfig machine = new WorkbenchConfig(
                256 << 20, 1, folder.resolve("spill"), 1L << 30, folder.resolve("cache"), 1L << 30, folder);
        try (Lake lake = Lake.open(new LakeConfig(catalog("lake"), "atlas"));
                DuckDatabase duck = DuckDatabase.open(machine);
                DuckDBConnection connection = duck.connect();
                Judge judge = Judge.start(uri("other"), "file:" + folder.resolve("other"))) {
            Table table = lake.catalog()
                    .createTable(
                            lake.identifier("product"),
                            SCHEMA,
                            PartitionSpec.unpartitioned(),
                            Map.of("format-version", "3"));
            DataFile first = write(table, connection, "(1, 'ice'), (2, 'snow'), (3, 'firn')");
            commit(table, 1, new RowChanges(List.of(first), List.of(), List.of(), List.of()));
            List<DeleteFile> deleted = delete(table, first, 1);
            commit(table, 2, new RowChanges(List.of(), List.of(), deleted, List.of()), "day-2026-11-20");
            DataFile later = write(table, connection, "(4, 'glacier')");
            commit(table, 3, new RowChanges(List.of(later), List.of(first), List.of(), deleted));
            String pinned = PinnedMetadata.write(
                    table,
                    "day-2026-11-20",
                    new AsOf.Tag("day-2026-11-20").resolve(table).orElseThrow());

            judge.execute("CREATE NAMESPACE lake.days");
            judge.execute("CALL lake.system.register_table(table => 'days.product', metadata_file => '%s')"
                    .formatted(pinned));

            assertThat(judge.query("SELECT id, title, _row_id FROM days.product ORDER BY id"))
                    .containsExactly(List.of("1", "ice", "0"), List.of("3", "firn", "2"));
            assertThat(judge.query("SELECT name, type FROM lake.days.product.refs"))
                    .containsExactly(List.of("main", "BRANCH"));
            Clock nextYear = Clock.offset(Clock.systemUTC(), Duration.ofDays(365));
            assertThat(new OrphanSweep(lake, nextYear)
                            .find("product", Duration.ofDays(7))
                            .locations())
                    .isEmpty();
        }
    }

    private static void commit(Table table, long number, RowChanges changes, String... closes) throws Exception {
        Cut cut = new Cut(
                number,
                number,
                Instant.EPOCH,
                SourcePosition.EMPTY,
                SourcePosition.EMPTY,
                List.of("product"),
                List.of(closes));
        CurrentTableCommit.commit(table, table.currentSnapshot(), changes, cut);
        table.refresh();
    }

    private DataFile write(Table table, DuckDBConnection connection, String values) {
        return new ParquetOut(table, "test", FileSettings.of(table), folder.resolve("upload"))
                .write(connection, "SELECT id::BIGINT AS id, title FROM (VALUES %s) t(id, title)".formatted(values))
                .orElseThrow();
    }

    private static List<DeleteFile> delete(Table table, DataFile file, long position) throws Exception {
        BaseDVFileWriter writer = new BaseDVFileWriter(
                OutputFileFactory.builderFor(table, 0, 0)
                        .format(FileFormat.PUFFIN)
                        .build(),
                path -> null);
        try (writer) {
            writer.delete(file.location(), position, table.spec(), null);
        }
        return writer.result().deleteFiles();
    }

    private CatalogConfig catalog(String name) {
        return new CatalogConfig(CatalogType.JDBC, uri(name), "file:" + folder.resolve(name), Map.of());
    }

    private String uri(String name) {
        return "jdbc:sqlite:" + folder.resolve(name + ".db") + "?journal_mode=WAL&busy_timeout=30000&synchronous=FULL";
    }
}
