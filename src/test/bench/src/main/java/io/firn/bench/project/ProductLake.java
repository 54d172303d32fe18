package io.firn.bench.project;

import io.firn.catalog.ChangeLogCommit;
import io.firn.catalog.CurrentTableCommit;
import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.HeadMovedException;
import io.firn.catalog.Lake;
import io.firn.catalog.RowChanges;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;

/** A lake with the reference product table and its change log, filled without a source. */
final class ProductLake implements AutoCloseable {
    private static final TableDefinition PRODUCT = new TableDefinition(
            "product",
            new SourceTable(
                    "public.product",
                    List.of(
                            new SourceColumn("product_id", "bigint", true),
                            new SourceColumn("sku", "text", true),
                            new SourceColumn("title", "text", true),
                            new SourceColumn("brand", "text", false),
                            new SourceColumn("category", "text", false),
                            new SourceColumn("price", "numeric(12,2)", false),
                            new SourceColumn("currency", "text", false),
                            new SourceColumn("inventory_status", "text", false),
                            new SourceColumn("featured", "boolean", false),
                            new SourceColumn("warehouse", "integer", false),
                            new SourceColumn("weight_g", "integer", false),
                            new SourceColumn("updated_at", "timestamp with time zone", false)),
                    List.of("product_id")),
            List.of("product_id"),
            List.of(),
            List.of(),
            3);
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    private static final String COLUMNS = """
            i AS product_id, 'SKU-' || i AS sku, 'A fairly ordinary product title, no. ' || i AS title,
            'brand-' || (i %% 500) AS brand, 'category-' || (i %% 100) AS category,
            CAST((i * 7 + %1$d) %% 100000 / 100.0 AS DECIMAL(12,2)) AS price, 'EUR' AS currency,
            'in_stock' AS inventory_status, i %% 7 = 0 AS featured, CAST(i %% 30 AS INTEGER) AS warehouse,
            CAST(i %% 5000 AS INTEGER) AS weight_g,
            TIMESTAMPTZ '2026-11-20 10:00:00.123456+00' + INTERVAL (i %% 86400) SECOND AS updated_at
            """;

    final Lake lake;
    final Workbench workbench;
    private final Path folder;
    private final DuckDatabase duck;
    private final Table current;
    private final Table log;

    ProductLake(Path folder) {
        this.folder = folder;
        String uri = "jdbc:sqlite:" + folder.resolve("catalog.db");
        lake = Lake.open(new LakeConfig(
                new CatalogConfig(CatalogType.JDBC, uri, "file:" + folder.resolve("warehouse"), Map.of()), "bench"));
        WorkbenchConfig limits = new WorkbenchConfig(
                2L << 30,
                2,
                folder.resolve("spill"),
                8L << 30,
                folder.resolve("cache"),
                8L << 30,
                folder.resolve("index"));
        duck = DuckDatabase.open(limits);
        workbench = new Workbench(duck, limits);
        current = lake.currentTable(PRODUCT);
        log = lake.changeLog(PRODUCT);
    }

    /** Fills the current table with {@code rows} rows at cut 1. */
    void fill(long rows) throws HeadMovedException {
        String select = "SELECT %s FROM range(%d) t(i)".formatted(COLUMNS.formatted(0), rows);
        CurrentTableCommit.commit(
                current, null, new RowChanges(write(current, select), List.of(), List.of(), List.of()), cut(1));
        ChangeLogCommit.append(log, write(log, changes(1, 0, 1, rows)), cut(1), Cut.NONE);
    }

    /** Appends a cut of {@code changes} updates of rows that are spread over the table. */
    void change(long changes, long rows) {
        Cut before = CutProperties.applied(log);
        long number = before.number() + 1;
        ChangeLogCommit.append(log, write(log, changes(number, number * changes, changes, rows)), cut(number), before);
    }

    private static String changes(long cut, long first, long changes, long rows) {
        String before = PRODUCT.source().columns().stream()
                .map(column -> column.name() + " := " + column.name())
                .collect(Collectors.joining(", ", "struct_pack(", ")"));
        return """
                SELECT * EXCLUDE (n), %7$s AS _before, 'u' AS _op, n AS _lsn,
                  TIMESTAMPTZ '%2$s' AS _source_ts, TIMESTAMPTZ '%2$s' AS _ingested_at, CAST(%3$d AS BIGINT) AS _cut,
                  'product' AS _topic, 0 AS _partition, n AS _offset
                FROM (SELECT n, %1$s FROM (SELECT n, (n * 7919) %% %6$d AS i FROM range(%4$d, %5$d) t(n)))
                """.formatted(COLUMNS.formatted(cut), START.plusSeconds(cut), cut, first, first + changes, rows, before);
    }

    private Cut cut(long number) {
        return new Cut(
                number,
                number,
                START.plusSeconds(number),
                SourcePosition.EMPTY,
                SourcePosition.EMPTY,
                List.of("product"),
                List.of());
    }

    private List<DataFile> write(Table table, String select) {
        ParquetOut out = new ParquetOut(table, "bench", FileSettings.of(table), folder.resolve("upload"));
        try (DuckDBConnection connection = duck.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE written AS " + select);
            return out.writePartitioned(connection, "written", null);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        workbench.close();
        duck.close();
        lake.close();
    }
}
