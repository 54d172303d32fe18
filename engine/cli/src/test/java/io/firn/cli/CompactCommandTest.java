package io.firn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactCommandTest {
    private static final String CONFIG = """
            lake: { namespace: atlas }
            source: { bootstrap-servers: "localhost:1" }
            tables:
              product: { source: public.product, key: [id] }
            """;

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void makeALake() throws Exception {
        file = Files.writeString(folder.resolve("firn.yaml"), CONFIG);
        FirnConfig config = ConfigLoader.load(file, Map.of());
        TableDefinition definition = TableDefinition.of(
                "product",
                config.table("product"),
                new SourceTable(
                        "public.product",
                        List.of(new SourceColumn("id", "bigint", true), new SourceColumn("title", "text", false)),
                        List.of("id")));
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                DuckDBConnection connection = duck.connect()) {
            Table product = lake.currentTable(definition);
            Table log = lake.changeLog(definition);
            for (int i = 0; i < 4; i++) {
                append(
                        product,
                        connection,
                        "SELECT 4 * i + %d AS id, 'title ' || i AS title FROM range(100) t(i)".formatted(i));
                append(
                        log,
                        connection,
                        "SELECT %d AS id, 'x' AS title, 'u' AS _op, %d::BIGINT AS _cut, make_timestamptz(0) AS _source_ts,"
                                        .formatted(i, i + 1)
                                + " 1::BIGINT AS _lsn, make_timestamptz(0) AS _ingested_at, 't' AS _topic,"
                                + " 0 AS _partition, 0::BIGINT AS _offset");
            }
        }
    }

    private void append(Table table, DuckDBConnection connection, String select) {
        var append = table.newAppend();
        new ParquetOut(table, "test", FileSettings.of(table), folder.resolve("upload"))
                .writePartitioned(connection, "(" + select + ")", null)
                .forEach(append::appendFile);
        append.commit();
        table.refresh();
    }

    private void configureReads(String read) throws IOException {
        Files.writeString(file, CONFIG.replace("key: [id] }", "key: [id], reads: [\"%s\"] }".formatted(read)));
    }

    private CommandRun firn(String... arguments) {
        List<String> all = new ArrayList<>(List.of("-c", file.toString()));
        all.addAll(List.of(arguments));
        return CommandRun.of(all.toArray(String[]::new));
    }

    @Test
    void aDryRunSaysWhyAndAtWhatPriceAndARunLeavesNothingToDo() throws Exception {
        CommandRun plan = firn("compact", "--dry-run", "--output", "csv");
        assertThat(plan.exitCode()).isEqualTo(0);
        assertThat(plan.out().lines().map(line -> line.replaceAll(",\\d{3,}", ",N")))
                .containsExactly(
                        "table,partition,reason,depth,files,files_after,bytes,pinned_bytes,look_up_bytes_saved,"
                                + "scan_bytes_saved,read_bytes,read_bytes_after,dollars",
                        "product,\"\",overlap,4,4,1,N,0,0,0,0,0,0.0",
                        "product_changes,_source_ts_day=1970-01-01,small files,1,4,1,N,0,0,0,0,0,0.0");

        CommandRun reads = firn("compact", "product", "--dry-run", "--output", "csv", "--reads", "id=100..120");
        assertThat(reads.out().lines().skip(1).map(line -> line.replaceAll("\\d{3,}", "N")))
                .as("one file is opened instead of four, of the same rows")
                .contains("product,\"\",overlap,4,4,1,N,0,0,0,N,N,0.0");
        configureReads("id=100..120");
        assertThat(firn("compact", "product", "--dry-run", "--output", "csv").out())
                .isEqualTo(reads.out());
        configureReads("colour=red");
        assertThat(firn("compact", "product", "--dry-run").err())
                .isEqualTo("firn: tables.product.reads names the column colour, which table product does not have\n");
        Files.writeString(file, CONFIG);
        assertThat(firn("compact", "--dry-run", "--reads", "colour").err())
                .isEqualTo("firn: --reads must be like column=value or column=from..to but was 'colour'\n");
        assertThat(firn("compact", "--dry-run", "--reads", "colour=red").err())
                .isEqualTo("firn: --reads names the column colour, which none of the tables has\n");

        CommandRun run = firn("compact", "--output", "csv");
        assertThat(run.exitCode()).isEqualTo(0);
        assertThat(run.out().lines().map(line -> line.replaceAll(",\\d{3,}|,\\d+\\.\\d+$", ",N")))
                .containsExactly(
                        "table,files_before,files_after,bytes_before,bytes_after,carried_deletes,seconds",
                        "product,4,1,N,N,0,N",
                        "product_changes,4,1,N,N,0,N");
        assertThat(firn("compact", "--output", "csv").out().lines().map(line -> line.replaceAll(",\\d+\\.\\d+$", ",N")))
                .containsExactly(
                        "table,files_before,files_after,bytes_before,bytes_after,carried_deletes,seconds",
                        "product,0,0,0,0,0,N",
                        "product_changes,0,0,0,0,0,N");
        assertThat(firn("sql", "SELECT count(*), sum(id) FROM product", "--output", "csv")
                        .out())
                .endsWith("\n400,79800\n");
        assertThat(firn("sql", "SELECT count(*), sum(_cut) FROM product_changes", "--output", "csv")
                        .out())
                .endsWith("\n4,10\n");

        assertThat(firn("status", "--compactions", "--output", "csv").out().lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("product,") && line.contains(",overlap,4,1,"))
                .anyMatch(line -> line.startsWith("product_changes,") && line.contains(",small files,4,1,"));
        Path picture = folder.resolve("product.svg");
        assertThat(firn("status", "product", "--layout", picture.toString()).exitCode())
                .isEqualTo(0);
        assertThat(Files.readString(picture)).contains("before: 4 files").contains("after: 1 files");
        assertThat(firn("status", "--layout", picture.toString()).err())
                .isEqualTo("firn: --layout must be given one table but was given 0\n");
    }

    @Test
    void filesThatNoCompactionCanRewriteAreNamedWithTheReason() {
        try (Lake lake = Lake.open(ConfigLoader.load(file, Map.of()).lake())) {
            lake.table("product")
                    .updateProperties()
                    .set(TableProperties.DEFAULT_NAME_MAPPING, "[]")
                    .commit();
        }
        String note = "product: 4 files with N bytes are left alone: files without field ids are mapped by name\n";
        for (String[] command : List.of(
                new String[] {"compact", "product", "--dry-run"},
                new String[] {"compact", "product"},
                new String[] {"status", "product", "--compactions"})) {
            assertThat(firn(command).err().replaceAll("\\d{3,}", "N")).contains(note);
        }
    }
}
