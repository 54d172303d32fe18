package io.firn.bench.peers;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Spark merges the workload into an Iceberg table of format v3: of each file of events, the last change of each key is
 * merged. Prints one line of JSON; CPU time is that of this process without its start-up.
 *
 * <p>Arguments: {@code --events DIR}, as {@code IngestWorkload --files DIR --decimals string} wrote it, so Spark is
 * spared reading Kafka; {@code --dir DIR} for the lake; {@code --mode merge-on-read|copy-on-write} (merge-on-read).
 */
public final class SparkMerge {

    private static final String ROW = "product_id bigint, sku string, title string, brand string, category string,"
            + " price %s, currency string, inventory_status string, featured boolean, warehouse int, weight_g int,"
            + " updated_at timestamp";

    /** The last change of each key in a batch. */
    private static final String LAST_CHANGES = """
            SELECT last.op, last.row.* FROM (
              SELECT max_by(change, change.lsn) AS last FROM (
                SELECT named_struct('op', e.op, 'lsn', e.source.lsn, 'row', coalesce(e.after, e.before)) AS change
                FROM (SELECT from_json(value, '%s') AS e FROM batch))
              GROUP BY change.row.product_id)
            """.formatted(
                    "op string, source struct<lsn: bigint>, before struct<%1$s>, after struct<%1$s>"
                            .formatted(ROW.formatted("string")));

    private static final String MERGE = """
            MERGE INTO lake.bench.product t
            USING (SELECT op, product_id, sku, title, brand, category, CAST(price AS decimal(12,2)) AS price, currency,
              inventory_status, featured, warehouse, weight_g, updated_at FROM changes) c
            ON t.product_id = c.product_id
            WHEN MATCHED AND c.op = 'd' THEN DELETE
            WHEN MATCHED THEN UPDATE SET *
            WHEN NOT MATCHED AND c.op <> 'd' THEN INSERT *
            """;

    private static final String DIGEST = """
            SELECT count(*), sum(CAST(conv(substr(md5, 17, 16), 16, 10) AS decimal(20,0))),
              sum(CAST(conv(substr(md5, 1, 16), 16, 10) AS decimal(20,0)))
            FROM (SELECT md5(concat_ws('|', product_id, sku, title, brand, category, price, currency, inventory_status,
              featured, warehouse, weight_g, unix_micros(updated_at))) AS md5 FROM lake.bench.product)
            """;

    private final SparkSession spark;
    private final Map<String, String> options;

    private SparkMerge(SparkSession spark, Map<String, String> options) {
        this.spark = spark;
        this.options = options;
    }

    /** See the class for the arguments. */
    public static void main(String[] args) throws IOException {
        PrintStream figures = System.out;
        System.setOut(System.err);
        Map<String, String> options = options(args);
        Files.createDirectories(Path.of(required(options, "--dir")));
        try (SparkSession spark = spark(required(options, "--dir"))) {
            figures.println(new SparkMerge(spark, options).run());
        }
    }

    private String run() throws IOException {
        createTable();
        List<Path> files = files();
        long cpuBefore = cpuNanos();
        long before = System.nanoTime();
        files.forEach(this::merge);
        double seconds = (System.nanoTime() - before) / 1e9;
        double cpuSeconds = (cpuNanos() - cpuBefore) / 1e9;
        Row digest = spark.sql(DIGEST).head();
        return String.format(
                Locale.ROOT,
                """
                {"bench":"ingest","peer":"spark-merge","mode":"%s","batches":%d,"seconds":%.1f,\
                "cpu_seconds":%.1f,"commits":%d,"rows":%s,"lower":%s,"upper":%s}""",
                mode(),
                files.size(),
                seconds,
                cpuSeconds,
                spark.table("lake.bench.product.snapshots").count(),
                digest.get(0),
                digest.get(1),
                digest.get(2));
    }

    private void createTable() {
        spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.bench");
        spark.sql("CREATE TABLE lake.bench.product (" + ROW.formatted("decimal(12,2)") + ") USING iceberg"
                + " TBLPROPERTIES ('format-version'='3', 'write.merge.mode'='" + mode() + "')");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(required(options, "--events")))) {
            return files.sorted().toList();
        }
    }

    private void merge(Path file) {
        spark.read().text(file.toString()).createOrReplaceTempView("batch");
        spark.sql(LAST_CHANGES).createOrReplaceTempView("changes");
        spark.sql(MERGE);
    }

    private String mode() {
        return options.getOrDefault("--mode", "merge-on-read");
    }

    private static SparkSession spark(String folder) {
        return SparkSession.builder()
                .master("local[2]")
                .appName("spark-merge")
                .config("spark.sql.extensions", "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
                .config("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog")
                .config("spark.sql.catalog.lake.type", "jdbc")
                .config("spark.sql.catalog.lake.uri", "jdbc:sqlite:" + folder + "/catalog.db")
                .config("spark.sql.catalog.lake.warehouse", "file:" + folder + "/warehouse")
                .config("spark.sql.shuffle.partitions", "2")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.ui.enabled", "false")
                .getOrCreate();
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static Map<String, String> options(String... args) {
        Set<String> known = Set.of("--events", "--dir", "--mode");
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        if (args.length % 2 != 0 || !known.containsAll(options.keySet())) {
            throw new IllegalArgumentException("Understands " + known + " but was given " + List.of(args));
        }
        return options;
    }

    private static String required(Map<String, String> options, String name) {
        return Objects.requireNonNull(options.get(name), name + " is required");
    }
}
