package io.firn.bench.flink;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * Flink reads the workload from Kafka and upserts it into an Iceberg table of format v2, whose deletes are equality
 * deletes. Prints one line of JSON; CPU time is that of this process from the job's start to its end.
 *
 * <p>Arguments: {@code --bootstrap HOST:PORT} of a broker that has the workload; {@code --dir DIR} for the lake, empty;
 * {@code --checkpoints} (10s), which are its commits.
 */
public final class FlinkUpsert {
    private static final String COLUMNS = "product_id BIGINT NOT NULL, sku STRING, title STRING, brand STRING,"
            + " category STRING, price %s, currency STRING, inventory_status STRING, featured BOOLEAN, warehouse INT,"
            + " weight_g INT, updated_at TIMESTAMP_LTZ(6)";

    private FlinkUpsert() {}

    /** See the class for the arguments. */
    public static void main(String[] args) throws IOException, ExecutionException, InterruptedException {
        PrintStream figures = System.out;
        System.setOut(System.err);
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        Path folder = Path.of(options.getOrDefault("--dir", "")).toAbsolutePath();
        Files.createDirectories(folder);
        TableEnvironment flink = environment(options.getOrDefault("--checkpoints", "10s"));
        tables(flink, folder, options.getOrDefault("--bootstrap", "localhost:9092"));
        figures.println(run(flink, folder));
        figures.flush();
        System.exit(0);
    }

    private static TableEnvironment environment(String checkpoints) {
        Configuration settings = new Configuration();
        settings.setString("execution.checkpointing.interval", checkpoints);
        settings.setString("parallelism.default", "2");
        settings.setString("taskmanager.numberOfTaskSlots", "2");
        settings.setString("table.exec.sink.upsert-materialize", "NONE");
        settings.setString("table.local-time-zone", "UTC");
        settings.setString("pipeline.object-reuse", "true");
        return TableEnvironment.create(EnvironmentSettings.newInstance()
                .inStreamingMode()
                .withConfiguration(settings)
                .build());
    }

    private static void tables(TableEnvironment flink, Path folder, String bootstrap) {
        flink.executeSql("""
                CREATE CATALOG lake WITH ('type'='iceberg', 'catalog-impl'='org.apache.iceberg.jdbc.JdbcCatalog',
                  'uri'='%s', 'jdbc.schema-version'='V1', 'warehouse'='%s')
                """.formatted(Rows.uri(folder), Rows.warehouse(folder)));
        flink.executeSql("CREATE DATABASE lake.bench");
        flink.executeSql("CREATE TABLE lake.bench.product (" + COLUMNS.formatted("DECIMAL(12, 2)")
                + ", PRIMARY KEY (product_id) NOT ENFORCED)"
                + " WITH ('format-version'='2', 'write.upsert.enabled'='true')");
        flink.createTemporarySystemFunction("unscaled", Unscaled.class);
        flink.executeSql("CREATE TEMPORARY TABLE changes (" + COLUMNS.formatted("BYTES") + """
                ) WITH ('connector'='kafka', 'topic'='atlas.public.product', 'properties.bootstrap.servers'='%s',
                  'scan.startup.mode'='earliest-offset', 'scan.bounded.mode'='latest-offset', 'format'='debezium-json',
                  'debezium-json.timestamp-format.standard'='ISO-8601')
                """.formatted(bootstrap));
    }

    private static String run(TableEnvironment flink, Path folder) throws ExecutionException, InterruptedException {
        long cpuBefore = cpuNanos();
        long before = System.nanoTime();
        flink.executeSql("""
                INSERT INTO lake.bench.product SELECT product_id, sku, title, brand, category, unscaled(price), currency,
                  inventory_status, featured, warehouse, weight_g, updated_at FROM changes
                """).await();
        double seconds = (System.nanoTime() - before) / 1e9;
        double cpuSeconds = (cpuNanos() - cpuBefore) / 1e9;
        try (Rows rows = new Rows(folder)) {
            Rows.Digest digest = rows.digest();
            return String.format(
                    Locale.ROOT,
                    """
                    {"bench":"ingest","peer":"flink-upsert","seconds":%.1f,"cpuSeconds":%.1f,"commits":%d,\
                    "equalityDeleteFiles":%d,"positionDeleteFiles":%d,"rows":%d,"lower":%s,"upper":%s}""",
                    seconds,
                    cpuSeconds,
                    commits(rows.table()),
                    summed(rows.table(), "added-equality-delete-files"),
                    summed(rows.table(), "added-position-delete-files"),
                    digest.rows(),
                    digest.lower(),
                    digest.upper());
        }
    }

    private static int commits(Table table) {
        return toList(table).size();
    }

    private static List<Snapshot> toList(Table table) {
        List<Snapshot> snapshots = new ArrayList<>();
        table.snapshots().forEach(snapshots::add);
        return snapshots;
    }

    private static long summed(Table table, String property) {
        return toList(table).stream()
                .mapToLong(snapshot -> Long.parseLong(snapshot.summary().getOrDefault(property, "0")))
                .sum();
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
