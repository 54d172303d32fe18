package io.firn.bench.compact;

import io.firn.bench.Cost;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;

/**
 * Joins 1,000 small files of reference rows that follow each other, so that nothing changes but the number of files;
 * then Spark packs the same files. Every copied byte is compared with what it was copied from, and rows keep their
 * lineage.
 *
 * <p>Arguments: {@code --dir FOLDER} (an empty or missing one), {@code --rows N}, {@code --files N}, {@code --turns N},
 * {@code --spark src/test/bench/peers/run}.
 */
public final class MergeSmallFiles {
    private MergeSmallFiles() {}

    /** Runs it. */
    public static void main(String[] arguments) throws SQLException {
        Options options = Options.parse(arguments);
        long rows = options.number("--rows", 10_000_000);
        int files = (int) options.number("--files", 1000);
        int turns = (int) options.number("--turns", 3);
        try (ReferenceLake lake = new ReferenceLake(Path.of(options.text("--dir", "target/bench-merge")))) {
            Table table = lake.table(SortOrder.builderFor(ReferenceLake.PRODUCT)
                    .asc("product_id")
                    .build());
            lake.append(table, files, ReferenceLake.consecutive(rows, files));
            long start = table.currentSnapshot().snapshotId();
            List<Cost> costs = new ArrayList<>();
            for (int turn = 0; turn <= turns; turn++) {
                costs.add(lake.compact(table));
                table.manageSnapshots().rollbackTo(start).commit();
            }
            Cost own = Cost.median(costs.subList(1, costs.size()));
            Optional<Cost> spark = SparkPeer.rewrite(options.text("--spark", ""), lake, "binpack", turns);
            System.out.printf(
                    Locale.ROOT,
                    "{\"bench\":\"compact-merge\",\"rows\":%d,\"files\":%d,\"cores\":%d,\"seconds\":%.2f,\"cpu_seconds\":%.2f%s}%n",
                    rows,
                    files,
                    Runtime.getRuntime().availableProcessors(),
                    own.seconds(),
                    own.cpuSeconds(),
                    SparkPeer.json(spark, own));
        }
    }
}
