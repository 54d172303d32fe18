package io.firn.bench.compact;

import com.sun.management.OperatingSystemMXBean;
import io.firn.catalog.Lake;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import io.firn.compactor.PlanRules;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Sql;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/**
 * Compacts reference rows in 40 files that all overlap, and lets DuckDB alone sort the same files into one, by turns. The
 * compaction also keeps row lineage, cuts files to size, and proves and commits what it wrote.
 *
 * <p>Arguments: {@code --dir FOLDER} (an empty or missing one), {@code --rows N}, {@code --files N}, {@code --turns N}.
 */
public final class SortedRewrite {
    private static final Schema PRODUCT = new Schema(
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

    private static final String ROWS =
            """
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

    private static final long TARGET_BYTES = 256L << 20;

    private final Path folder;
    private final WorkbenchConfig config;

    private SortedRewrite(Path folder) {
        this.folder = folder;
        this.config = new WorkbenchConfig(
                4L << 30, 2, folder.resolve("spill"), 100L << 30, folder.resolve("cache"), 1L << 30, folder.resolve("index"));
    }

    /** Runs it. */
    public static void main(String[] arguments) throws SQLException {
        Map<String, String> options = options(arguments);
        SortedRewrite bench = new SortedRewrite(Path.of(options.getOrDefault("--dir", "target/bench-compact")));
        bench.run(
                Integer.parseInt(options.getOrDefault("--rows", "10000000")),
                Integer.parseInt(options.getOrDefault("--files", "40")),
                Integer.parseInt(options.getOrDefault("--turns", "3")));
    }

    private static Map<String, String> options(String[] arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        return options;
    }

    private void run(int rows, int files, int turns) throws SQLException {
        CatalogConfig catalog = new CatalogConfig(
                CatalogType.JDBC,
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "file:" + folder.resolve("warehouse").toAbsolutePath(),
                Map.of());
        try (Lake lake = Lake.open(new LakeConfig(catalog, "bench"))) {
            Table table = lake.catalog()
                    .buildTable(lake.identifier("product"), PRODUCT)
                    .withPartitionSpec(PartitionSpec.unpartitioned())
                    .withSortOrder(SortOrder.builderFor(PRODUCT).asc("product_id").build())
                    .withProperty("format-version", "3")
                    .create();
            List<DataFile> written = write(table, rows, files);
            long start = table.currentSnapshot().snapshotId();
            List<Cost> alone = new ArrayList<>();
            List<Cost> compactions = new ArrayList<>();
            for (int turn = 0; turn < turns; turn++) {
                alone.add(duckDbAlone(written));
                compactions.add(compaction(table));
                table.manageSnapshots().rollbackTo(start).commit();
            }
            print(rows, files, median(alone), median(compactions));
        }
    }

    private List<DataFile> write(Table table, int rows, int files) throws SQLException {
        List<DataFile> written = new ArrayList<>();
        try (DuckDatabase duck = DuckDatabase.open(config);
                Connection connection = duck.connect()) {
            ParquetOut out = new ParquetOut(table, "bench", FileSettings.of(table), folder);
            for (int file = 0; file < files; file++) {
                written.add(out.write(connection, ROWS.formatted(file, rows, files)).orElseThrow());
            }
        }
        var append = table.newAppend();
        written.forEach(append::appendFile);
        append.commit();
        return written;
    }

    private record Cost(double seconds, double cpuSeconds) {
        static Cost since(Cost start) {
            Cost now = now();
            return new Cost(now.seconds - start.seconds, now.cpuSeconds - start.cpuSeconds);
        }

        static Cost now() {
            OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
            return new Cost(System.nanoTime() / 1e9, system.getProcessCpuTime() / 1e9);
        }
    }

    private Cost duckDbAlone(List<DataFile> files) throws SQLException {
        Path sorted = folder.resolve("alone.parquet");
        String paths = files.stream()
                .map(file -> Sql.literal(file.location().substring("file:".length())))
                .collect(Collectors.joining(", "));
        try (DuckDatabase duck = DuckDatabase.open(config);
                Connection connection = duck.connect();
                Statement statement = connection.createStatement()) {
            Cost start = Cost.now();
            statement.execute(
                    "COPY (SELECT * FROM read_parquet([%s]) ORDER BY product_id) TO %s (FORMAT parquet, COMPRESSION zstd)"
                            .formatted(paths, Sql.literal(sorted.toString())));
            return progress("DuckDB alone", Cost.since(start));
        }
    }

    private Cost compaction(Table table) {
        try (Compaction compaction = Compaction.open(PlanRules.forTarget(TARGET_BYTES), config)) {
            Cost start = Cost.now();
            CompactionResult result = compaction.run(table);
            Cost cost = Cost.since(start);
            System.err.println(result);
            return progress("compaction", cost);
        }
    }

    private static Cost progress(String what, Cost cost) {
        System.err.printf(Locale.ROOT, "%s: %.1f s, %.1f CPU-s%n", what, cost.seconds(), cost.cpuSeconds());
        return cost;
    }

    private static Cost median(List<Cost> costs) {
        List<Double> seconds = costs.stream().map(Cost::seconds).sorted().toList();
        List<Double> cpuSeconds = costs.stream().map(Cost::cpuSeconds).sorted().toList();
        return new Cost(seconds.get(costs.size() / 2), cpuSeconds.get(costs.size() / 2));
    }

    private static void print(int rows, int files, Cost alone, Cost compaction) {
        System.out.printf(
                Locale.ROOT,
                "{\"bench\":\"compact-sort\",\"rows\":%d,\"files\":%d,\"cores\":%d,\"seconds\":%.2f,\"cpu_seconds\":%.2f,"
                        + "\"duckdb_seconds\":%.2f,\"duckdb_cpu_seconds\":%.2f,\"ratio\":%.2f,\"cpu_ratio\":%.2f}%n",
                rows,
                files,
                Runtime.getRuntime().availableProcessors(),
                compaction.seconds(),
                compaction.cpuSeconds(),
                alone.seconds(),
                alone.cpuSeconds(),
                compaction.seconds() / alone.seconds(),
                compaction.cpuSeconds() / alone.cpuSeconds());
    }
}
