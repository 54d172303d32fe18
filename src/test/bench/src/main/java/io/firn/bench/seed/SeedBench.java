package io.firn.bench.seed;

import com.sun.management.OperatingSystemMXBean;
import io.firn.catalog.Lake;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.demo.EmbeddedPostgres;
import io.firn.engine.debezium.PostgresSeedSource;
import io.firn.engine.debezium.PostgresSeedSource.Handover;
import io.firn.engine.debezium.PostgresSettings;
import io.firn.engine.seed.Seed;
import io.firn.engine.seed.SeedListener;
import io.firn.engine.seed.SeedSettings;
import io.firn.engine.seed.SeedSource;
import io.firn.engine.seed.Throttle;
import io.firn.workbench.AsOf;
import io.firn.workbench.Digest;
import io.firn.workbench.DigestColumn;
import io.firn.workbench.DigestSql;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Scan;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Loads a table from an embedded PostgreSQL, and computes its digest. Arguments, each a name and a value:
 *
 * <ul>
 *   <li>{@code --rows} (10,000,000), {@code --connections} (2), {@code --part-megabytes} (256)
 *   <li>{@code --shape}: {@code reference}, or {@code history} for a wide table of 42 columns
 *   <li>{@code --spark src/test/bench/peers/run}: Spark reads the same table through JDBC into an Iceberg table
 *   <li>{@code --snapshot-rows} (1,000,000): so many of the rows through Debezium's snapshot and the writer, which is
 *       slower, and a shorter run says as much; 0 leaves it out
 *   <li>{@code --postgres-dir}: a folder where the table is kept for the next run with as many rows of this shape; left
 *       out, everything is deleted at the end
 *   <li>{@code --jobs}: which of {@code copy,seed,digest,postgres-digest}, all by default; {@code none} only fills
 * </ul>
 *
 * One JSON line for each figure; beside it what {@code COPY} alone takes whose rows nobody looks at.
 */
public final class SeedBench {
    private static final long MOST_COPIED_ROWS = 10_000_000;

    /** What of the table PostgreSQL computes its own digest of, which is slower. */
    private static final long POSTGRES_DIGEST_ROWS = 2_000_000;

    private final long rows;
    private final int connections;
    private final long partMegabytes;
    private final SourceShape shape;
    private final @Nullable String spark;
    private final long snapshotRows;
    private final @Nullable String postgresFolder;
    private final Set<String> jobs;

    private SeedBench(Map<String, String> options) {
        rows = Long.parseLong(options.getOrDefault("--rows", "10000000"));
        connections = Integer.parseInt(options.getOrDefault("--connections", "2"));
        partMegabytes = Long.parseLong(options.getOrDefault("--part-megabytes", "256"));
        shape = SourceShape.named(options.getOrDefault("--shape", "reference"));
        spark = options.get("--spark");
        postgresFolder = options.get("--postgres-dir");
        jobs = Set.of(options.getOrDefault("--jobs", "copy,seed,digest,postgres-digest")
                .split(",", -1));
        snapshotRows = Math.min(rows, Long.parseLong(options.getOrDefault("--snapshot-rows", "1000000")));
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        new SeedBench(options).run(Files.createTempDirectory("firn-seed"));
    }

    private void run(Path folder) throws Exception {
        Path data = postgresFolder == null ? folder.resolve("postgres") : Path.of(postgresFolder);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            fill(postgres);
            if (jobs.contains("copy")) {
                long copied = Math.min(rows, MOST_COPIED_ROWS);
                measure("COPY alone", copied, () -> copyAlone(postgres, copied));
            }
            load(folder, postgres);
            if (spark != null) {
                spark(spark, folder, postgres);
            }
            if (snapshotRows > 0) {
                sample(postgres);
                measure(
                        "Debezium's snapshot, ingested",
                        snapshotRows,
                        () -> DebeziumSnapshot.ingest(snapshotConfig(folder, postgres), shape));
            }
            forget(postgres);
        } finally {
            delete(folder);
        }
    }

    private void load(Path folder, EmbeddedPostgres postgres) throws Exception {
        if (!jobs.contains("seed")) {
            return;
        }
        FirnConfig config = config(folder, postgres);
        try (Lake lake = Lake.open(config.lake())) {
            measure("seed", rows, () -> seed(config, lake));
            digests(postgres, config, lake.table("product"));
        }
    }

    private void digests(EmbeddedPostgres postgres, FirnConfig config, Table table) throws Exception {
        try (DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench())) {
            files(table);
            int digests = rows > MOST_COPIED_ROWS ? 1 : 3;
            for (int i = 0; i < digests && jobs.contains("digest"); i++) {
                measure("digest", rows, () -> requireAll(workbench.digest(Scan.of(table, new AsOf.Head()))));
            }
            if (jobs.contains("postgres-digest")) {
                long digested = Math.min(rows, POSTGRES_DIGEST_ROWS);
                measure(
                        "digest in one process of PostgreSQL",
                        digested,
                        () -> postgresDigest(postgres, table, digested));
            }
        }
    }

    /** What would keep PostgreSQL's log, or be in the way of the next run. */
    private static void forget(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active");
            statement.execute("DROP TABLE IF EXISTS sample");
            statement.execute("DROP PUBLICATION IF EXISTS firn_bench");
            statement.execute("DROP PUBLICATION IF EXISTS firn_snapshot");
        }
    }

    private void sample(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE sample (LIKE product INCLUDING ALL)");
            statement.execute("INSERT INTO sample SELECT * FROM product LIMIT " + snapshotRows);
        }
    }

    /** Its seconds are PostgreSQL's, for only one process of it works; ours does nothing meanwhile. */
    private void postgresDigest(EmbeddedPostgres postgres, Table table, long limit) throws SQLException {
        List<DigestColumn> columns = table.schema().columns().stream()
                .map(field -> new DigestColumn(field.name(), field.type(), shape.type(field.name())))
                .toList();
        String relation = "(SELECT * FROM product LIMIT %d) AS sampled".formatted(limit);
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET max_parallel_workers_per_gather = 0");
            Digest digest = Digest.query(connection, DigestSql.POSTGRESQL.sql(columns, relation));
            if (digest.rows() != limit) {
                throw new IllegalStateException("%d rows instead of %d".formatted(digest.rows(), limit));
            }
        }
    }

    private void fill(EmbeddedPostgres postgres) throws Exception {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet there = statement.executeQuery("SELECT to_regclass('product') IS NOT NULL")) {
            there.next();
            if (!there.getBoolean(1)) {
                shape.fill(postgres, "product", rows);
            }
        }
    }

    /** Prints its own figures, one line of JSON. */
    private void spark(String script, Path folder, EmbeddedPostgres postgres) throws Exception {
        Process peer = new ProcessBuilder(
                        script,
                        "io.firn.bench.peers.SparkJdbcLoad",
                        "--url",
                        postgres.jdbcUrl(),
                        "--rows",
                        Long.toString(rows),
                        "--connections",
                        Integer.toString(connections),
                        "--dir",
                        Files.createDirectory(folder.resolve("spark")).toString(),
                        "--order",
                        String.join(",", shape.key()))
                .inheritIO()
                .start();
        if (peer.waitFor() != 0) {
            throw new IllegalStateException("the peer failed");
        }
    }

    private FirnConfig config(Path folder, EmbeddedPostgres postgres) throws IOException {
        return config(folder, postgres, "product", "bench");
    }

    private FirnConfig snapshotConfig(Path folder, EmbeddedPostgres postgres) throws IOException {
        Path other = Files.createDirectories(folder.resolve("snapshot"));
        return config(other, postgres, "sample", "snapshot");
    }

    private FirnConfig config(Path folder, EmbeddedPostgres postgres, String table, String prefix) throws IOException {
        Path yaml = Files.writeString(folder.resolve("firn.yaml"), """
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./lake/catalog.db", warehouse: "./lake/warehouse" }
                  namespace: atlas
                source:
                  type: postgres
                  topic-prefix: %3$s
                  postgres: { url: "%1$s", user: postgres, password: none }
                tables:
                  %2$s: { source: public.%2$s, key: [%4$s] }
                workbench: { memory: 1GB, threads: 2 }
                """.formatted(
                        postgres.jdbcUrl(), table, prefix, String.join(", ", shape.key())));
        return ConfigLoader.load(yaml, Map.of());
    }

    private void seed(FirnConfig config, Lake lake) {
        SeedSettings settings = new SeedSettings(
                connections, Throttle.none(), config.workbench().tempDirectory().resolve("seed"));
        try (DuckDatabase duck = DuckDatabase.open(SeedSettings.workbench(config.workbench(), connections));
                Workbench workbench = new Workbench(duck, config.workbench());
                SeedSource source = new PostgresSeedSource(
                        PostgresSettings.of(config), Handover.inProcess(), partMegabytes << 20, note -> {})) {
            new Seed(config, lake, workbench, source, settings, SeedListener.NONE, Clock.systemUTC())
                    .run(List.of("product"));
        }
    }

    private void copyAlone(EmbeddedPostgres postgres, long copied) throws SQLException, IOException {
        try (Connection connection = postgres.connect();
                InputStream in = new org.postgresql.copy.PGCopyInputStream(
                        connection.unwrap(PGConnection.class),
                        copied == rows
                                ? "COPY product TO STDOUT (FORMAT csv)"
                                : "COPY (SELECT * FROM product LIMIT %d) TO STDOUT (FORMAT csv)".formatted(copied))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }

    private void requireAll(Digest digest) {
        if (digest.rows() != rows) {
            throw new IllegalStateException("%d rows instead of %d".formatted(digest.rows(), rows));
        }
    }

    private static void files(Table table) {
        System.out.println("{\"bench\":\"seed\",\"files\":%s,\"bytes\":%s}"
                .formatted(
                        table.currentSnapshot().summary().get("total-data-files"),
                        table.currentSnapshot().summary().get("total-files-size")));
    }

    private interface Work {
        void run() throws Exception;
    }

    private void measure(String job, long jobRows, Work work) throws Exception {
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpuBefore = process.getProcessCpuTime();
        long before = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - before) / 1e9;
        double cpuSeconds = (process.getProcessCpuTime() - cpuBefore) / 1e9;
        System.out.println(String.format(
                Locale.ROOT,
                "{\"bench\":\"seed\",\"shape\":\"%s\",\"job\":\"%s\",\"rows\":%d,\"seconds\":%.2f,\"cpuSeconds\":%.2f,\"rowsPerSecond\":%.0f,"
                        + "\"rowsPerCpuSecond\":%.0f,\"connections\":%d,\"processors\":%d}",
                shape,
                job,
                jobRows,
                seconds,
                cpuSeconds,
                jobRows / seconds,
                jobRows / cpuSeconds,
                connections,
                Runtime.getRuntime().availableProcessors()));
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
