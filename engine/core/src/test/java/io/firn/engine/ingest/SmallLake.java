package io.firn.engine.ingest;

import io.firn.catalog.Lake;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.engine.index.KeyStore;
import io.firn.engine.source.ChangeSource;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** A lake in a folder for the tables of {@link FakePostgres}, read by Iceberg's own reader. */
public final class SmallLake {
    /** Begins every topic. */
    public static final String PREFIX = "t";

    public final FirnConfig config;
    final Path folder;

    SmallLake(Path folder, int formatVersion) throws IOException {
        this(folder, formatVersion, 1_000_000);
    }

    /** @param commitRows how many changes close a cut */
    public SmallLake(Path folder, int formatVersion, int commitRows) throws IOException {
        this(folder, formatVersion, commitRows, "");
    }

    /** @param more keys of both tables, each with a comma after it */
    public SmallLake(Path folder, int formatVersion, int commitRows, String more) throws IOException {
        this.folder = folder;
        Path file = folder.resolve("firn.yaml");
        Files.writeString(file, """
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./catalog.db", warehouse: "./warehouse" }
                  namespace: t
                source: { type: kafka, bootstrap-servers: "localhost:1", topic-prefix: t }
                tables:
                  item: { %3$ssource: public.item, key: [id], partition-by: ["bucket(2, id)"], sort-by: [id], format-version: %1$d }
                  stock: { %3$ssource: public.stock, key: [id], format-version: %1$d }
                commit: { interval: 1h, rows: %2$d, bytes: 256MB }
                snapshots: { zone: UTC, close: marker, retain: 24 months }
                """.formatted(formatVersion, commitRows, more));
        this.config = ConfigLoader.load(file, Map.of());
    }

    /** The lake of another configuration in the same folder. */
    SmallLake(Path folder, Path file) {
        this.folder = folder;
        this.config = ConfigLoader.load(file, Map.of());
    }

    Lake open() {
        return Lake.open(config.lake());
    }

    public IngestSetup setup(
            Lake lake,
            DuckDatabase database,
            ChangeSource source,
            Function<String, KeyStore> keys,
            IngestListener listener) {
        return new IngestSetup(
                config,
                lake,
                database,
                source,
                SmallLake::declaration,
                keys,
                new CachedFiles(config.workbench()),
                Clock.systemUTC(),
                listener);
    }

    public static Optional<SourceTable> declaration(String name) {
        return Optional.of(new SourceTable(
                name,
                List.of(
                        new SourceColumn("id", "bigint", true),
                        new SourceColumn("name", "text", false),
                        new SourceColumn("amount", "numeric(10,2)", false)),
                List.of("id")));
    }

    public static TreeMap<Long, FakePostgres.Row> rows(Table table, @Nullable String tag) throws IOException {
        TreeMap<Long, FakePostgres.Row> rows = new TreeMap<>();
        IcebergGenerics.ScanBuilder scan = IcebergGenerics.read(table);
        if (tag != null) {
            scan = scan.useSnapshot(
                    Objects.requireNonNull(table.refs().get(tag), tag).snapshotId());
        }
        try (CloseableIterable<Record> records = scan.build()) {
            for (Record record : records) {
                put(rows, record, table);
            }
        }
        return rows;
    }

    /** Adds a record, whose key must be new. */
    public static void put(Map<Long, FakePostgres.Row> rows, Record record, Table table) {
        long id = (Long) record.getField("id");
        java.math.BigDecimal amount = (java.math.BigDecimal) record.getField("amount");
        FakePostgres.Row row = new FakePostgres.Row(
                id, (String) record.getField("name"), amount.unscaledValue().longValue());
        if (rows.put(id, row) != null) {
            throw new AssertionError("key " + id + " is there twice in " + table.name());
        }
    }
}
