package io.firn.bench.ingest;

import static java.util.Objects.requireNonNull;

import io.firn.catalog.Lake;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.engine.index.RocksKeyStore;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.IngestSetup;
import io.firn.engine.source.ChangeSource;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileStage;
import io.firn.workbench.Scan;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;

/** A lake with the reference product table, its writer's configuration, and what is in it. */
final class BenchLake implements AutoCloseable {
    private static final SourceTable PRODUCT = new SourceTable(
            DebeziumJson.TABLE,
            List.of(
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
                    new SourceColumn("updated_at", "timestamp with time zone", false)),
            List.of("product_id"));

    final FirnConfig config;
    final Lake lake;
    final DuckDatabase database;

    /** @param commit the configuration's section of that name, such as {@code interval: 10s} */
    BenchLake(Path folder, String bootstrapServers, int formatVersion, String commit) throws IOException {
        this(folder, bootstrapServers, formatVersion, commit, "");
    }

    /** @param rules the table's row rules, as its configuration has them; empty for none */
    BenchLake(Path folder, String bootstrapServers, int formatVersion, String commit, String rules) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve("firn.yaml");
        Files.writeString(file, """
            lake:
              catalog: { type: jdbc, uri: "jdbc:sqlite:./catalog.db", warehouse: "./warehouse" }
              namespace: bench
            source: { type: kafka, bootstrap-servers: "%s", topic-prefix: atlas }
            tables:
              product: { source: %s, key: [product_id], sort-by: [product_id], format-version: %d%s }
            commit: { %s }
            snapshots: { zone: UTC, close: time, retain: 24 months, max-ahead: 10000d }
            """.formatted(
                        bootstrapServers,
                        DebeziumJson.TABLE,
                        formatVersion,
                        rules.isEmpty() ? "" : ", rules: { " + rules + " }",
                        commit));
        config = ConfigLoader.load(file, Map.of());
        lake = Lake.open(config.lake());
        database = DuckDatabase.open(config.workbench());
    }

    IngestSetup setup(FileStage stage, ChangeSource source, IngestListener listener) {
        return new IngestSetup(
                config,
                lake,
                database,
                source,
                name -> Optional.of(PRODUCT),
                table -> RocksKeyStore.open(config.workbench().indexDirectory().resolve(table)),
                stage,
                Clock.systemUTC(),
                listener);
    }

    /** @return the schema of the table, which is made if it is not there */
    Schema schema() {
        return lake.currentTable(TableDefinition.of(
                        "product", requireNonNull(config.tables().get("product")), PRODUCT))
                .schema();
    }

    Table product() {
        return lake.find("product").orElseThrow();
    }

    /** @return the digest of the current table as a reader sees it */
    TableState.Digest digest() throws SQLException {
        try (Workbench workbench = new Workbench(database, config.workbench());
                DuckDBConnection connection = database.connect();
                TableView view = workbench.view(connection, "product", Scan.of(product(), new AsOf.Head()));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TableState.digestSql(view.name()))) {
            row.next();
            return new TableState.Digest(
                    row.getLong(1),
                    row.getBigDecimal(2).toBigIntegerExact(),
                    row.getBigDecimal(3).toBigIntegerExact());
        }
    }

    /** @return the sum of a number that every snapshot's summary has */
    long summed(String property) {
        long sum = 0;
        for (var snapshot : product().snapshots()) {
            sum += Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
        }
        return sum;
    }

    @Override
    public void close() {
        database.close();
        lake.close();
    }
}
