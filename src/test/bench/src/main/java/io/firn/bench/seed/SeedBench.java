package io.firn.bench.seed;

import com.sun.management.OperatingSystemMXBean;
import io.firn.catalog.Lake;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.demo.EmbeddedPostgres;
import io.firn.engine.debezium.PostgresSeedSource;
import io.firn.engine.debezium.PostgresSeedSource.Handover;
import io.firn.engine.debezium.PostgresSettings;
import io.firn.engine.debezium.PostgresSource;
import io.firn.engine.index.RocksKeyStore;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.IngestSetup;
import io.firn.engine.seed.Seed;
import io.firn.engine.seed.SeedListener;
import io.firn.engine.seed.SeedSettings;
import io.firn.engine.seed.SeedSource;
import io.firn.engine.seed.Throttle;
import io.firn.workbench.AsOf;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.Digest;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Scan;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.postgresql.PGConnection;

/**
 * Loads the reference table from an embedded PostgreSQL, and computes its digest. Arguments: rows (10,000,000),
 * connections (2), megabytes of a part (256). One JSON line for each figure; beside it what {@code COPY} alone takes
 * whose rows nobody looks at.
 */
public final class SeedBench {
    /** Debezium is slower, and a shorter run says as much. */
    private static final long SNAPSHOT_ROWS = 1_000_000;

    private final long rows;
    private final int connections;
    private final long partMegabytes;

    private SeedBench(String[] arguments) {
        rows = argument(arguments, 0, 10_000_000);
        connections = (int) argument(arguments, 1, 2);
        partMegabytes = argument(arguments, 2, 256);
    }

    private static long argument(String[] arguments, int index, long otherwise) {
        return arguments.length > index ? Long.parseLong(arguments[index]) : otherwise;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        new SeedBench(arguments).run(Files.createTempDirectory("firn-seed"));
    }

    private void run(Path folder) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"))) {
            fill(postgres);
            FirnConfig config = config(folder, postgres);
            measure("COPY alone", rows, () -> copyAlone(postgres));
            try (Lake lake = Lake.open(config.lake());
                    DuckDatabase duck = DuckDatabase.open(config.workbench());
                    Workbench workbench = new Workbench(duck, config.workbench())) {
                measure("seed", rows, () -> seed(config, lake, workbench));
                Table table = lake.table("product");
                for (int i = 0; i < 3; i++) {
                    measure("digest", rows, () -> requireAll(workbench.digest(Scan.of(table, new AsOf.Head()))));
                }
                files(table);
            }
            long snapshotRows = Math.min(rows, SNAPSHOT_ROWS);
            try (Connection connection = postgres.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE sample (LIKE product INCLUDING ALL)");
                statement.execute("INSERT INTO sample SELECT * FROM product LIMIT " + snapshotRows);
            }
            measure("Debezium's snapshot, ingested", snapshotRows, () -> snapshot(snapshotConfig(folder, postgres)));
        } finally {
            delete(folder);
        }
    }

    private void fill(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE product (product_id bigint, sku text, title text, brand text, category text,
                      price decimal(12,2), currency text, inventory_status text, featured boolean, warehouse int,
                      weight_g int, updated_at timestamptz)
                    """);
            statement.execute("""
                    INSERT INTO product SELECT i, 'SKU-' || i, 'Product number ' || i || ' ' || md5(i::text),
                      'brand-' || i %% 1000, 'category-' || i %% 200, (i %% 100000) / 100.0, 'EUR',
                      CASE WHEN i %% 3 = 0 THEN 'in_stock' ELSE 'backorder' END, i %% 10 = 0, i %% 50, i %% 20000,
                      TIMESTAMPTZ '2026-01-01 00:00:00+00' + i * INTERVAL '1 second'
                    FROM generate_series(1, %d) AS i
                    """.formatted(rows));
            statement.execute("ALTER TABLE product ADD PRIMARY KEY (product_id)");
            statement.execute("VACUUM ANALYZE product");
            statement.execute("CHECKPOINT");
        }
    }

    private static FirnConfig config(Path folder, EmbeddedPostgres postgres) throws IOException {
        return config(folder, postgres, "product", "bench");
    }

    private static FirnConfig snapshotConfig(Path folder, EmbeddedPostgres postgres) throws IOException {
        Path other = Files.createDirectories(folder.resolve("snapshot"));
        return config(other, postgres, "sample", "snapshot");
    }

    /** The same rows through the writer, as a source without a load gives them. */
    private static void snapshot(FirnConfig config) {
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                CachedFiles files = new CachedFiles(config.workbench());
                PostgresSource source = new PostgresSource(PostgresSettings.of(config));
                Ingest ingest = new Ingest(new IngestSetup(
                        config,
                        lake,
                        duck,
                        source,
                        SeedBench::declared,
                        table -> RocksKeyStore.open(
                                config.workbench().indexDirectory().resolve(table)),
                        files,
                        Clock.systemUTC(),
                        new IngestListener() {}))) {
            ingest.runUntilCaughtUp();
        }
    }

    private static Optional<SourceTable> declared(String table) {
        List<SourceColumn> columns = List.of(
                new SourceColumn("product_id", "bigint", true),
                new SourceColumn("sku", "text", false),
                new SourceColumn("title", "text", false),
                new SourceColumn("brand", "text", false),
                new SourceColumn("category", "text", false),
                new SourceColumn("price", "numeric(12,2)", false),
                new SourceColumn("currency", "text", false),
                new SourceColumn("inventory_status", "text", false),
                new SourceColumn("featured", "boolean", false),
                new SourceColumn("warehouse", "integer", false),
                new SourceColumn("weight_g", "integer", false),
                new SourceColumn("updated_at", "timestamp with time zone", false));
        return Optional.of(new SourceTable(table, columns, List.of("product_id")));
    }

    private static FirnConfig config(Path folder, EmbeddedPostgres postgres, String table, String prefix)
            throws IOException {
        Path yaml = Files.writeString(folder.resolve("firn.yaml"), """
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./lake/catalog.db", warehouse: "./lake/warehouse" }
                  namespace: atlas
                source:
                  type: postgres
                  topic-prefix: %3$s
                  postgres: { url: "%1$s", user: postgres, password: none }
                tables:
                  %2$s: { source: public.%2$s, key: [product_id] }
                workbench: { memory: 1GB, threads: 2 }
                """.formatted(postgres.jdbcUrl(), table, prefix));
        return ConfigLoader.load(yaml, Map.of());
    }

    private void seed(FirnConfig config, Lake lake, Workbench workbench) {
        SeedSettings settings = new SeedSettings(
                connections, Throttle.none(), config.workbench().tempDirectory().resolve("seed"));
        try (SeedSource source = new PostgresSeedSource(
                PostgresSettings.of(config), Handover.inProcess(), partMegabytes << 20, note -> {})) {
            new Seed(config, lake, workbench, source, settings, SeedListener.NONE, Clock.systemUTC())
                    .run(List.of("product"));
        }
    }

    private void copyAlone(EmbeddedPostgres postgres) throws SQLException, IOException {
        try (Connection connection = postgres.connect();
                InputStream in = new org.postgresql.copy.PGCopyInputStream(
                        connection.unwrap(PGConnection.class), "COPY product TO STDOUT (FORMAT csv)")) {
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
                "{\"bench\":\"seed\",\"job\":\"%s\",\"rows\":%d,\"seconds\":%.2f,\"cpuSeconds\":%.2f,\"rowsPerSecond\":%.0f,"
                        + "\"rowsPerCpuSecond\":%.0f,\"connections\":%d,\"processors\":%d}",
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
