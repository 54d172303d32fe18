package io.firn.bench.compact;

import io.firn.bench.Cost;
import io.firn.catalog.Lake;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import io.firn.compactor.plan.PlanRules;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** A lake with one table of reference rows, sorted by product_id unless told otherwise. */
final class ReferenceLake implements AutoCloseable {
    static final Schema PRODUCT = new Schema(
            List.of(
                    Types.NestedField.required(1, "product_id", Types.LongType.get()),
                    Types.NestedField.optional(2, "sku", Types.StringType.get()),
                    Types.NestedField.optional(3, "title", Types.StringType.get()),
                    Types.NestedField.optional(4, "brand", Types.StringType.get()),
                    Types.NestedField.optional(5, "category", Types.StringType.get()),
                    Types.NestedField.optional(6, "price", Types.DecimalType.of(12, 2)),
                    Types.NestedField.optional(7, "currency", Types.StringType.get()),
                    Types.NestedField.optional(8, "inventory_status", Types.StringType.get()),
                    Types.NestedField.optional(9, "featured", Types.BooleanType.get()),
                    Types.NestedField.optional(10, "warehouse", Types.IntegerType.get()),
                    Types.NestedField.optional(11, "weight_g", Types.IntegerType.get()),
                    Types.NestedField.optional(12, "updated_at", Types.TimestampType.withZone())),
            Set.of(1));

    private static final String ROWS = """
            SELECT i AS product_id, printf('AM-%%09d-%%02d', i, hash(i) %% 100) AS sku,
                printf('%%s Linen Garden Chair %%04d', ['Ergonomic', 'Rustic', 'Sleek', 'Handmade'][1 + (hash(i) %% 4)::INT],
                    hash(i, 1) %% 10000) AS title,
                'brand ' || hash(i, 2) %% 500 AS brand, 'category/' || hash(i, 3) %% 200 AS category,
                ((99 + hash(i, 4) %% 1000000) / 100)::DECIMAL(12, 2) AS price, 'USD' AS currency,
                ['in_stock', 'backorder', 'sold_out'][1 + (hash(i, 5) %% 3)::INT] AS inventory_status,
                hash(i, 6) %% 16 = 0 AS featured, (1 + hash(i, 7) %% 40)::INT AS warehouse,
                (hash(i, 8) %% 5000)::INT AS weight_g,
                make_timestamptz((1795000000000000 - hash(i, 9) %% 31536000000000)::BIGINT) AS updated_at
            FROM range(%d, %d, %d) t(i)
            """;

    static final long TARGET_BYTES = 256L << 20;

    private final Path folder;
    private final WorkbenchConfig config;
    private final Lake lake;

    ReferenceLake(Path folder) {
        this.folder = folder.toAbsolutePath();
        this.config = new WorkbenchConfig(
                Long.getLong("bench.memory", 4L << 30),
                2,
                this.folder.resolve("spill"),
                100L << 30,
                this.folder.resolve("cache"),
                1L << 30,
                this.folder.resolve("index"));
        this.lake =
                Lake.open(new LakeConfig(new CatalogConfig(CatalogType.JDBC, uri(), warehouse(), Map.of()), "bench"));
    }

    String uri() {
        return "jdbc:sqlite:" + folder.resolve("catalog.db");
    }

    String warehouse() {
        return "file:" + folder.resolve("warehouse");
    }

    Path folder() {
        return folder;
    }

    WorkbenchConfig config() {
        return config;
    }

    Catalog catalog() {
        return lake.catalog();
    }

    TableIdentifier identifier(String table) {
        return lake.identifier(table);
    }

    Table table(SortOrder order) {
        return lake.catalog()
                .buildTable(lake.identifier("product"), PRODUCT)
                .withPartitionSpec(PartitionSpec.unpartitioned())
                .withSortOrder(order)
                .withProperty("format-version", "3")
                .create();
    }

    /** Which rows a file has. */
    interface Range {
        String rows(int file);
    }

    /** Files that all overlap: each has every n-th id. */
    static Range interleaved(long rows, int files) {
        return file -> ROWS.formatted(file, rows, files);
    }

    /** Files that follow each other. */
    static Range consecutive(long rows, int files) {
        return file -> ROWS.formatted(rows * file / files, rows * (file + 1) / files, 1);
    }

    List<DataFile> append(Table table, int files, Range range) throws SQLException {
        List<DataFile> written = new ArrayList<>();
        try (DuckDatabase duck = DuckDatabase.open(config);
                Connection connection = duck.connect()) {
            ParquetOut out = new ParquetOut(table, "bench", FileSettings.of(table), folder);
            for (int file = 0; file < files; file++) {
                written.addAll(out.writePartitioned(connection, "(" + range.rows(file) + ")", null));
            }
        }
        var append = table.newAppend();
        written.forEach(append::appendFile);
        append.commit();
        return written;
    }

    Cost compact(Table table) {
        try (Compaction compaction = Compaction.open(PlanRules.forTarget(TARGET_BYTES), config)) {
            Cost start = Cost.now();
            CompactionResult result = compaction.run(table);
            Cost cost = Cost.since(start);
            System.err.println(result);
            return cost.shown("compaction");
        }
    }

    @Override
    public void close() {
        lake.close();
    }
}
