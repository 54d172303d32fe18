package io.firn.bench.compact;

import io.firn.bench.Cost;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;

/**
 * Compacts reference rows in 40 files that all overlap, and lets DuckDB alone sort the same files into one, by turns;
 * at the end Spark does the same. The compaction also keeps row lineage, cuts files to size, and proves and commits
 * what it wrote.
 *
 * <p>Arguments: {@code --dir FOLDER} (an empty or missing one), {@code --rows N}, {@code --files N}, {@code --turns N},
 * {@code --spark src/test/bench/peers/run}.
 */
public final class SortedRewrite {
    private SortedRewrite() {}

    /** Runs it. */
    public static void main(String[] arguments) throws SQLException {
        Options options = Options.parse(arguments);
        long rows = options.number("--rows", 10_000_000);
        int files = (int) options.number("--files", 40);
        int turns = (int) options.number("--turns", 3);
        try (ReferenceLake lake = new ReferenceLake(Path.of(options.text("--dir", "target/bench-compact")))) {
            Table table = lake.table(SortOrder.builderFor(ReferenceLake.PRODUCT)
                    .asc("product_id")
                    .build());
            List<DataFile> written = lake.append(table, files, ReferenceLake.interleaved(rows, files));
            long start = table.currentSnapshot().snapshotId();
            List<Cost> alone = new ArrayList<>();
            List<Cost> compactions = new ArrayList<>();
            for (int turn = 0; turn < turns; turn++) {
                alone.add(duckDbAlone(lake, written));
                compactions.add(lake.compact(table));
                table.manageSnapshots().rollbackTo(start).commit();
            }
            Optional<Cost> spark = SparkPeer.rewrite(options.text("--spark", ""), lake, "sort", turns);
            print(rows, files, Cost.median(alone), Cost.median(compactions), spark);
        }
    }

    private static Cost duckDbAlone(ReferenceLake lake, List<DataFile> files) throws SQLException {
        String paths = files.stream()
                .map(file -> Sql.literal(file.location().substring("file:".length())))
                .collect(Collectors.joining(", "));
        try (DuckDatabase duck = DuckDatabase.open(lake.config());
                Connection connection = duck.connect();
                Statement statement = connection.createStatement()) {
            Cost start = Cost.now();
            statement.execute(
                    "COPY (SELECT * FROM read_parquet([%s]) ORDER BY product_id) TO %s (FORMAT parquet, COMPRESSION zstd)"
                            .formatted(
                                    paths,
                                    Sql.literal(lake.folder()
                                            .resolve("alone.parquet")
                                            .toString())));
            return Cost.since(start).shown("DuckDB alone");
        }
    }

    private static void print(long rows, int files, Cost alone, Cost compaction, Optional<Cost> spark) {
        System.out.printf(
                Locale.ROOT,
                "{\"bench\":\"compact-sort\",\"rows\":%d,\"files\":%d,\"cores\":%d,\"seconds\":%.2f,\"cpu_seconds\":%.2f,"
                        + "\"duckdb_seconds\":%.2f,\"duckdb_cpu_seconds\":%.2f,\"ratio\":%.2f,\"cpu_ratio\":%.2f%s}%n",
                rows,
                files,
                Runtime.getRuntime().availableProcessors(),
                compaction.seconds(),
                compaction.cpuSeconds(),
                alone.seconds(),
                alone.cpuSeconds(),
                compaction.seconds() / alone.seconds(),
                compaction.cpuSeconds() / alone.cpuSeconds(),
                SparkPeer.json(spark, compaction));
    }
}
