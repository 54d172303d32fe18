package io.firn.bench.peers;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.SparkSession;

/**
 * Runs Iceberg's {@code rewrite_data_files} on {@code bench.product} again and again, each time from the same snapshot.
 * Prints a line for each turn: seconds, and CPU seconds of this process.
 *
 * <p>Arguments: {@code --uri JDBC_URI --warehouse LOCATION --strategy binpack|sort --turns N}.
 */
public final class SparkRewrite {
    private SparkRewrite() {}

    /** See the class for the arguments. */
    public static void main(String[] args) throws IOException {
        PrintStream figures = System.out;
        System.setOut(System.err);
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        try (SparkSession spark = spark(options)) {
            long snapshot = spark.sql("SELECT max_by(snapshot_id, made_current_at) FROM lake.bench.product.history")
                    .collectAsList()
                    .get(0)
                    .getLong(0);
            for (int turn = 0; turn < Integer.parseInt(options.getOrDefault("--turns", "3")); turn++) {
                figures.println(rewrite(spark, options.getOrDefault("--strategy", "sort")));
                spark.sql("CALL lake.system.rollback_to_snapshot('bench.product', %d)".formatted(snapshot));
            }
        }
    }

    private static String rewrite(SparkSession spark, String strategy) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long start = System.nanoTime();
        long cpuStart = system.getProcessCpuTime();
        spark.sql(("CALL lake.system.rewrite_data_files(table => 'bench.product', strategy => '%s', options =>"
                                + " map('target-file-size-bytes', '268435456', 'rewrite-all', 'true'))")
                        .formatted(strategy))
                .collectAsList();
        return String.format(
                Locale.ROOT,
                "%.3f %.3f",
                (System.nanoTime() - start) / 1e9,
                (system.getProcessCpuTime() - cpuStart) / 1e9);
    }

    private static SparkSession spark(Map<String, String> options) {
        String catalog = "spark.sql.catalog.lake";
        return SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.extensions", "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
                .config(catalog, "org.apache.iceberg.spark.SparkCatalog")
                .config(catalog + ".type", "jdbc")
                .config(catalog + ".uri", Objects.requireNonNull(options.get("--uri"), "--uri"))
                .config(catalog + ".warehouse", Objects.requireNonNull(options.get("--warehouse"), "--warehouse"))
                .config(catalog + ".jdbc.schema-version", "V1")
                .config(catalog + ".cache-enabled", "false")
                .config("spark.sql.shuffle.partitions", "2")
                .getOrCreate();
    }
}
