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
import org.apache.spark.sql.functions;

/**
 * Loads {@code public.product} from PostgreSQL through Spark's JDBC source into an Iceberg table, in as many ranges of
 * {@code product_id} as keep a task's rows below a million, each sorted. Prints one line of JSON; starting Spark and a
 * first query are left out of it.
 *
 * <p>Arguments: {@code --url JDBC_URL --rows N --connections N --dir FOLDER --order COLUMN,…}.
 */
public final class SparkJdbcLoad {
    private static final long ROWS_OF_A_TASK = 1_000_000;

    private SparkJdbcLoad() {}

    /** See the class for the arguments. */
    public static void main(String[] args) throws Exception {
        PrintStream figures = System.out;
        System.setOut(System.err);
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        long rows = Long.parseLong(options.getOrDefault("--rows", "10000000"));
        try (SparkSession spark = spark(options)) {
            spark.sql("CREATE NAMESPACE lake.bench");
            spark.range(1000).selectExpr("sum(id)").collectAsList();
            figures.println(load(spark, options, rows));
        }
    }

    private static String load(SparkSession spark, Map<String, String> options, long rows) throws Exception {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long start = System.nanoTime();
        long cpuStart = system.getProcessCpuTime();
        String[] order = options.getOrDefault("--order", "product_id").split(",", -1);
        spark.read()
                .format("jdbc")
                .option("url", Objects.requireNonNull(options.get("--url"), "--url"))
                .option("driver", "org.postgresql.Driver")
                .option("dbtable", "public.product")
                .option("fetchsize", "10000")
                .option("partitionColumn", "product_id")
                .option("lowerBound", "1")
                .option("upperBound", highestKey(spark, options))
                .option("numPartitions", Math.max(2, rows / ROWS_OF_A_TASK))
                .load()
                .sortWithinPartitions(java.util.Arrays.stream(order)
                        .map(functions::col)
                        .toArray(org.apache.spark.sql.Column[]::new))
                .writeTo("lake.bench.product")
                .using("iceberg")
                .tableProperty("format-version", "3")
                .tableProperty("write.distribution-mode", "none")
                .create();
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuSeconds = (system.getProcessCpuTime() - cpuStart) / 1e9;
        long loaded = spark.table("lake.bench.product").count();
        if (loaded != rows) {
            throw new IOException("%d rows instead of %d".formatted(loaded, rows));
        }
        return String.format(
                Locale.ROOT,
                "{\"bench\":\"seed\",\"job\":\"Spark JDBC\",\"rows\":%d,\"seconds\":%.2f,\"cpuSeconds\":%.2f,"
                        + "\"rowsPerSecond\":%.0f,\"rowsPerCpuSecond\":%.0f}",
                rows,
                seconds,
                cpuSeconds,
                rows / seconds,
                rows / cpuSeconds);
    }

    private static String highestKey(SparkSession spark, Map<String, String> options) {
        return spark.read()
                .format("jdbc")
                .option("url", options.get("--url"))
                .option("driver", "org.postgresql.Driver")
                .option("query", "SELECT CAST(max(product_id) AS text) AS highest FROM public.product")
                .load()
                .collectAsList()
                .get(0)
                .getString(0);
    }

    private static SparkSession spark(Map<String, String> options) {
        String catalog = "spark.sql.catalog.lake";
        String folder = Objects.requireNonNull(options.get("--dir"), "--dir");
        return SparkSession.builder()
                .master("local[%s]".formatted(options.getOrDefault("--connections", "2")))
                .config("spark.ui.enabled", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config(catalog, "org.apache.iceberg.spark.SparkCatalog")
                .config(catalog + ".type", "jdbc")
                .config(catalog + ".uri", "jdbc:sqlite:" + folder + "/catalog.db")
                .config(catalog + ".warehouse", "file:" + folder + "/warehouse")
                .config(catalog + ".jdbc.schema-version", "V1")
                .getOrCreate();
    }
}
