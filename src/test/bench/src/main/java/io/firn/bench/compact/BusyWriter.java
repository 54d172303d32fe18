package io.firn.bench.compact;

import io.firn.catalog.Lake;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.engine.index.RocksKeyStore;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestSetup;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.AsOf;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Scan;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;

/** Firn's writer at work on one table of products, fed with Debezium's messages on the heap. */
final class BusyWriter implements AutoCloseable {
    private static final SourceTable PRODUCT = new SourceTable(
            "public.product",
            List.of(
                    new SourceColumn("product_id", "bigint", true),
                    new SourceColumn("title", "text", false),
                    new SourceColumn("version", "integer", false)),
            List.of("product_id"));
    private static final String YAML = """
            lake:
              catalog: { type: jdbc, uri: "jdbc:sqlite:./catalog.db", warehouse: "./warehouse" }
              namespace: bench
            source: { type: kafka, bootstrap-servers: "localhost:1", topic-prefix: atlas }
            tables:
              product: { source: public.product, key: [product_id], sort-by: [product_id] }
            commit: { interval: 1s }
            snapshots: { zone: UTC, close: time, retain: 24 months }
            """;

    /**
     * What the writer took, in seconds.
     *
     * @param commits each commit, from the moment a cut was closed until it was in the table
     * @param delays each second's changes, from the moment they were sent until they were in the table
     */
    record Times(List<Double> commits, List<Double> delays) {}

    private final MemorySource source = new MemorySource();
    private final Random random = new Random(1);
    private final FirnConfig config;
    private final Lake lake;
    private final DuckDatabase duck;
    private final CachedFiles stage;
    private final Ingest ingest;
    private final int[] versions;
    private final CommitTimes commits = new CommitTimes();
    private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);
    private long lsn;
    private long sent;

    private BusyWriter(FirnConfig config, int rows) {
        this.config = config;
        this.versions = new int[rows];
        this.lake = Lake.open(config.lake());
        this.duck = DuckDatabase.open(config.workbench());
        this.stage = new CachedFiles(config.workbench());
        this.ingest = new Ingest(new IngestSetup(
                config,
                lake,
                duck,
                source,
                name -> Optional.of(PRODUCT),
                table -> RocksKeyStore.open(config.workbench().indexDirectory().resolve(table)),
                stage,
                Clock.systemUTC(),
                commits));
    }

    /** Makes the table with so many rows. */
    static BusyWriter open(Path folder, int rows) throws IOException {
        Path yaml = Files.createDirectories(folder).resolve("firn.yaml");
        Files.writeString(yaml, YAML);
        BusyWriter writer = new BusyWriter(ConfigLoader.load(yaml, Map.of()), rows);
        for (int product = 0; product < rows; product++) {
            writer.send(product, 'c');
        }
        writer.ingest.runUntilCaughtUp();
        return writer;
    }

    private void send(int product, char operation) {
        lsn += 8;
        sent++;
        String row = "{\"product_id\":%d,\"title\":\"Product %d, version %d, %x\",\"version\":%d}"
                .formatted(product, product, versions[product], random.nextLong(), versions[product]);
        String value =
                "{\"before\":null,\"after\":%s,\"source\":{\"txId\":%d,\"lsn\":%d,\"sequence\":\"[null,\\\"%d\\\"]\",\"ts_us\":%d},\"transaction\":null,\"op\":\"%c\",\"ts_ms\":%d}"
                        .formatted(
                                row,
                                lsn,
                                lsn,
                                lsn,
                                System.currentTimeMillis() * 1000,
                                operation,
                                System.currentTimeMillis());
        source.append(
                "atlas.public.product",
                0,
                "{\"product_id\":%d}".formatted(product).getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8));
    }

    /** Begins to write whatever comes, with a commit every second. */
    void start() {
        running = CompletableFuture.runAsync(ingest::run);
    }

    /**
     * Updates random products every second.
     *
     * @return how long that took
     */
    Times eachSecond(int times, int updates) {
        commits.clear();
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            for (int update = 0; update < updates; update++) {
                int product = random.nextInt(versions.length);
                versions[product]++;
                send(product, 'u');
            }
            commits.sent(sent);
            sleepUntil(start + 1_000_000_000L);
        }
        return new Times(commits.seconds(), commits.delays());
    }

    private static void sleepUntil(long nanos) {
        try {
            Thread.sleep(Math.max(0, (nanos - System.nanoTime()) / 1_000_000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends when everything that was sent is in the table. */
    void finish() {
        while (commits.changes() < sent) {
            if (running.isDone()) {
                running.join();
            }
            sleepUntil(System.nanoTime() + 100_000_000L);
        }
        ingest.stop();
        running.join();
    }

    /** As the compaction in the writer's own process does. */
    void commitBetweenCuts(Collection<DataFile> added, Runnable commit) {
        ingest.commitBetweenCuts("product", added, commit);
    }

    WorkbenchConfig machine() {
        return config.workbench();
    }

    /** A table object for somebody else. */
    Table table() {
        return lake.find("product").orElseThrow();
    }

    /** @throws IllegalStateException when the table does not have exactly the last version of every product */
    void requireAllUpdates() {
        long expected = 0;
        for (int version : versions) {
            expected += version;
        }
        try (Workbench workbench = new Workbench(duck, config.workbench());
                DuckDBConnection connection = duck.connect();
                TableView view = workbench.view(connection, "product", Scan.of(table(), new AsOf.Head()));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*), count(DISTINCT product_id), sum(version) FROM " + view.name())) {
            row.next();
            if (row.getLong(1) != versions.length || row.getLong(2) != versions.length || row.getLong(3) != expected) {
                throw new IllegalStateException("%d rows, %d products, %d updates instead of %d and %d"
                        .formatted(row.getLong(1), row.getLong(2), row.getLong(3), versions.length, expected));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        ingest.close();
        stage.close();
        duck.close();
        lake.close();
    }
}
