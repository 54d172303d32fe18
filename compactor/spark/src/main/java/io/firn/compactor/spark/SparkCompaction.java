package io.firn.compactor.spark;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.compactor.Compaction;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * {@code firn compact} with its rewrites on a Spark cluster: plans and commits here, in the driver.
 *
 * <p>Arguments: {@code [-c FILE] [TABLE…]}, as {@code firn compact} has them.
 */
public final class SparkCompaction {
    private static final PrintStream RESULTS = System.out;

    private final FirnConfig config;
    private final JavaSparkContext spark;

    SparkCompaction(FirnConfig config, JavaSparkContext spark) {
        this.config = config;
        this.spark = spark;
    }

    /** Compacts, and ends with an exception when a group failed, so that spark-submit does. */
    public static void main(String[] arguments) {
        List<String> tables = new ArrayList<>(List.of(arguments));
        Path file = Path.of("firn.yaml");
        if (tables.size() >= 2 && tables.get(0).equals("-c")) {
            file = Path.of(tables.get(1));
            tables.subList(0, 2).clear();
        }
        FirnConfig config = ConfigLoader.load(file, System.getenv());
        SparkContext context = SparkContext.getOrCreate(new SparkConf().setAppName("firn compact"));
        try (JavaSparkContext spark = JavaSparkContext.fromSparkContext(context)) {
            new SparkCompaction(config, spark)
                    .run(tables.isEmpty() ? List.copyOf(config.tables().keySet()) : tables);
        }
    }

    /** @throws FirnException with every group that failed, after the others are done */
    void run(List<String> names) {
        List<String> failures = new ArrayList<>();
        SparkRewriting tasks = new SparkRewriting(spark, limits());
        try (Lake lake = Lake.open(config.lake(), spark.hadoopConfiguration());
                Compaction compaction = Compaction.open(config.compaction(), config.workbench(), tasks)) {
            compaction.runAll(
                    Compaction.tables(lake, names), config.compaction().budgetBytes(), result -> {
                        RESULTS.println(result);
                        result.failed().forEach(group -> failures.add(result.table() + ": " + group.detail()));
                    });
        }
        if (!failures.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, failures);
        }
    }

    private ExecutorLimits limits() {
        return new ExecutorLimits(
                config.compaction().memoryBytes(),
                spark.getConf().getInt("spark.task.cpus", 1),
                config.workbench().tempLimitBytes(),
                config.workbench().cacheLimitBytes());
    }
}
