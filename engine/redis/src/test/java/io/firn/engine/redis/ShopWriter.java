package io.firn.engine.redis;

import io.firn.catalog.Lake;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.IngestSetup;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The writer as it is, with a source on the heap and a table of values of many types. */
final class ShopWriter implements AutoCloseable {
    private static final List<SourceColumn> COLUMNS = List.of(
            new SourceColumn("product_id", "bigint", true),
            new SourceColumn("name", "text", false),
            new SourceColumn("price", "numeric(12,2)", false),
            new SourceColumn("on_sale", "boolean", false),
            new SourceColumn("weight", "double precision", false),
            new SourceColumn("day", "date", false),
            new SourceColumn("updated_at", "timestamp with time zone", false),
            new SourceColumn("picture", "bytea", false),
            new SourceColumn("sizes", "integer[]", false));

    final Lake lake;
    final Workbench workbench;
    final DuckDatabase duck;
    private final FirnConfig config;
    private final CachedFiles files;
    private final MemorySource source = new MemorySource();
    private final Map<Integer, String> rows = new TreeMap<>();
    private final Random random;
    private long lsn = 1_000;

    ShopWriter(Path folder, long seed) throws IOException {
        this.random = new Random(seed);
        Path file = Files.writeString(folder.resolve("firn.yaml"), """
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./catalog.db", warehouse: "./warehouse" }
                  namespace: shop
                source: { type: kafka, bootstrap-servers: "localhost:1", topic-prefix: t }
                tables: { product: { source: public.product, key: [product_id] } }
                commit: { interval: 1h, rows: 1000000, bytes: 256MB }
                snapshots: { zone: UTC, close: marker }
                workbench: { memory: 256MB, threads: 1 }
                """);
        config = ConfigLoader.load(file, Map.of());
        lake = Lake.open(config.lake());
        duck = DuckDatabase.open(config.workbench());
        workbench = new Workbench(duck, config.workbench());
        files = new CachedFiles(config.workbench());
    }

    /** Starts a writer. */
    Ingest start(IngestListener listener) {
        return new Ingest(new IngestSetup(
                config,
                lake,
                duck,
                source,
                name -> Optional.of(new SourceTable(name, COLUMNS, List.of("product_id"))),
                name -> new MemoryKeyStore(),
                files,
                Clock.systemUTC(),
                listener));
    }

    /** Lets one transaction change some rows. */
    void change(int changes) {
        for (int i = 0; i < changes; i++) {
            int id = random.nextInt(60);
            String before = rows.get(id);
            String after = random.nextInt(4) == 0 ? null : row(id);
            if (after == null) {
                rows.remove(id);
            } else {
                rows.put(id, after);
            }
            if (before != null || after != null) {
                send(id, before == null ? "c" : after == null ? "d" : "u", before, after);
            }
        }
    }

    /** Empties the table. */
    void truncate() {
        rows.clear();
        send(0, "t", null, null);
    }

    private void send(int id, String operation, @Nullable String before, @Nullable String after) {
        lsn += 8;
        String value =
                "{\"before\":%s,\"after\":%s,\"source\":{\"txId\":%d,\"lsn\":%d,\"ts_us\":%d},\"op\":\"%s\",\"ts_ms\":1795000000000}"
                        .formatted(before, after, lsn, lsn, 1_795_000_000_000_000L + lsn, operation);
        source.append(
                "t.public.product",
                0,
                "{\"product_id\":%d}".formatted(id).getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8));
    }

    private String row(int id) {
        int n = random.nextInt(1_000);
        return """
                {"product_id":%d,"name":%s,"price":"%s","on_sale":%b,"weight":%s,"day":%d,"updated_at":"2026-11-20T10:00:00.%06dZ","picture":"%s","sizes":%s}""".formatted(
                        id,
                        n % 5 == 0 ? "null" : "\"Schuhe \\u00fc " + "long ".repeat(n % 40) + n + "\"",
                        Base64.getEncoder()
                                .encodeToString(BigInteger.valueOf(n * 7L - 500).toByteArray()),
                        n % 2 == 0,
                        n % 7 == 0 ? "null" : Double.toString(n / 3.0),
                        20_000 + n,
                        n,
                        n % 3 == 0 ? "AAEC" : "",
                        n % 4 == 0 ? "null" : "[" + n + ",null]");
    }

    @Override
    public void close() {
        workbench.close();
        files.close();
        duck.close();
        lake.close();
    }
}
