package io.firn.bench.ingest;

import com.sun.management.OperatingSystemMXBean;
import io.firn.engine.index.KeyIndex;
import io.firn.engine.index.Located;
import io.firn.engine.index.RocksKeyStore;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;

/**
 * The key index of a table with a bigint key: made anew from the table's files, its size, and random look-ups of keys
 * that are there and of keys that are not. Prints a line of JSON. Arguments: the number of keys (10000000);
 * {@code unsorted} for files that are in no order of the key.
 */
public final class KeyIndexBench {
    private static final int FILES = 10;
    private static final int LOOKUPS = 100_000;
    private static final int BATCH = 20_000;
    private static final int ROUNDS = 5;

    private KeyIndexBench() {}

    /** See the class. */
    public static void main(String[] args) throws IOException, SQLException {
        long keys = args.length > 0 ? Long.parseLong(args[0]) : 10_000_000;
        boolean sorted = args.length < 2 || !args[1].equals("unsorted");
        Path folder = Files.createTempDirectory("firn-keys");
        try (BenchLake lake = new BenchLake(folder, "nowhere:1", 3, "interval: 1m");
                CachedFiles stage = new CachedFiles(lake.config.workbench());
                DuckDBConnection connection = lake.database.connect()) {
            lake.schema();
            Table table = lake.product();
            fill(table, connection, keys, sorted, folder);
            Path directory = folder.resolve("keys");
            Measured measured;
            try (KeyIndex index = new KeyIndex(
                    RocksKeyStore.open(directory),
                    table,
                    List.of(table.schema().findField("product_id")),
                    connection,
                    stage)) {
                measured = measure(index, table, connection, keys, directory);
            }
            System.out.println(String.format(
                    Locale.ROOT,
                    "{\"bench\":\"key-index\",\"keys\":%d,\"sorted\":%s,\"rebuildSeconds\":%.1f,\"rebuildCpuSeconds\":%.1f,\"keysPerSecond\":%.0f,\"bytesPerKey\":%.1f,\"lookUps\":%d,\"coldSeconds\":%.2f,\"presentSeconds\":%.2f,\"absentSeconds\":%.2f}",
                    keys,
                    sorted,
                    measured.seconds(),
                    measured.cpuSeconds(),
                    keys / measured.seconds(),
                    (double) bytes(directory) / keys,
                    LOOKUPS,
                    measured.cold(),
                    measured.present(),
                    measured.absent()));
        }
    }

    /**
     * Seconds: of making the index, by the clock and of this process, and of looking keys up; cold is when the
     * operating system has none of the index in memory.
     */
    private record Measured(double seconds, double cpuSeconds, double cold, double present, double absent) {}

    private static Measured measure(KeyIndex index, Table table, DuckDBConnection connection, long keys, Path directory)
            throws SQLException, IOException {
        double cpuBefore = cpuSeconds();
        long before = System.nanoTime();
        index.synchronise(table);
        double seconds = (System.nanoTime() - before) / 1e9;
        double cpuSeconds = cpuSeconds() - cpuBefore;
        String known = "(random() * %d)::BIGINT".formatted(keys - 1);
        double cold = lookUps(index, connection, known, LOOKUPS, 1);
        warm(directory);
        double present = lookUps(index, connection, known, LOOKUPS, ROUNDS);
        double absent = lookUps(index, connection, "%d + (random() * 1e9)::BIGINT".formatted(keys), 0, ROUNDS);
        return new Measured(seconds, cpuSeconds, cold, present, absent);
    }

    /** RocksDB lets the operating system forget a file that it has written. */
    private static void warm(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, OutputStream.nullOutputStream());
            }
        }
    }

    private static void fill(Table table, DuckDBConnection connection, long keys, boolean sorted, Path folder) {
        ParquetOut out = new ParquetOut(table, "bench", FileSettings.of(table), folder);
        AppendFiles append = table.newAppend();
        for (int file = 0; file < FILES; file++) {
            String rows = "(SELECT range AS product_id, 'AM-' || range AS sku FROM range(%d, %d))"
                    .formatted(keys * file / FILES, keys * (file + 1) / FILES);
            String order = sorted ? null : "hash(product_id)";
            out.writePartitioned(connection, rows, order).forEach(append::appendFile);
        }
        append.commit();
    }

    /** Looks random keys up in their order, as the writer does with a cut's. @return the last round's seconds */
    private static double lookUps(KeyIndex index, DuckDBConnection connection, String key, int expected, int rounds)
            throws SQLException {
        double last = 0;
        for (int round = 0; round < rounds; round++) {
            List<byte[]> keys = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT %s FROM (SELECT %s AS k FROM range(%d)) ORDER BY k"
                            .formatted(index.keys().expression(0, "k"), key, LOOKUPS))) {
                while (rows.next()) {
                    keys.add(index.keys().read(rows, 1));
                }
            }
            long before = System.nanoTime();
            long found = 0;
            for (int from = 0; from < keys.size(); from += BATCH) {
                List<Located> located = index.locate(keys.subList(from, Math.min(from + BATCH, keys.size()))).stream()
                        .filter(Objects::nonNull)
                        .toList();
                found += located.size();
            }
            last = (System.nanoTime() - before) / 1e9;
            if (found != expected) {
                throw new IllegalStateException("found %d keys instead of %d".formatted(found, expected));
            }
        }
        return last;
    }

    private static double cpuSeconds() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    private static long bytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
