package io.firn.bench.compact;

import static java.util.Objects.requireNonNull;

import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * How many bytes readers of a few rows have to read before and after a compaction, and of the ideal layout: the same
 * rows in one file that DuckDB alone sorted. Files are left out by the table's metadata, row groups by their bounds and
 * bloom filters, as Iceberg's own reader does; what is left is read whole, with the footers and filters that were
 * looked at.
 *
 * <p>Arguments: {@code --dir FOLDER} (an empty or missing one), {@code --rows N}, {@code --files N}.
 */
public final class PruneReads {
    private static final int READS = 20;
    private static final long SECONDS_PER_MONTH = 30L * 24 * 3600;
    private static final long NEWEST_MICROS = 1_795_000_000_000_000L;
    private static final int MONTHS = 11;

    private final ReferenceLake lake;
    private final String layout;
    private final Map<String, List<Expression>> reads = new LinkedHashMap<>();

    private PruneReads(ReferenceLake lake, String layout) {
        this.lake = lake;
        this.layout = layout;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws SQLException, IOException {
        Options options = Options.parse(arguments);
        Path folder = Path.of(options.text("--dir", "target/bench-prune"));
        long rows = options.number("--rows", 10_000_000);
        int files = (int) options.number("--files", 40);
        Random random = new Random(options.number("--seed", 1));
        SortOrder.Builder byKey = SortOrder.builderFor(ReferenceLake.PRODUCT).asc("product_id");
        try (ReferenceLake lake = new ReferenceLake(folder.resolve("by-key"))) {
            PruneReads reads = new PruneReads(lake, "product_id");
            reads.add("one product", () -> Expressions.equal("product_id", random.nextLong(rows)));
            reads.add("1% of the products", () -> range("product_id", random.nextLong(rows), rows / 100));
            reads.run(lake.table(byKey.build()), rows, files);
        }
        SortOrder.Builder secondary =
                SortOrder.builderFor(ReferenceLake.PRODUCT).asc("category").asc("updated_at");
        try (ReferenceLake lake = new ReferenceLake(folder.resolve("secondary"))) {
            PruneReads reads = new PruneReads(lake, "category, updated_at");
            reads.add("one category", () -> category(random));
            reads.add("a month of a category", () -> Expressions.and(category(random), month(random)));
            reads.add("one product", () -> Expressions.equal("product_id", random.nextLong(rows)));
            reads.run(lake.table(secondary.build()), rows, files);
        }
    }

    private static Expression category(Random random) {
        return Expressions.equal("category", "category/" + random.nextInt(200));
    }

    private static Expression month(Random random) {
        long from = NEWEST_MICROS - (1 + random.nextInt(MONTHS)) * SECONDS_PER_MONTH * 1_000_000;
        return range("updated_at", from, SECONDS_PER_MONTH * 1_000_000);
    }

    private static Expression range(String column, long from, long width) {
        return Expressions.and(
                Expressions.greaterThanOrEqual(column, from), Expressions.lessThan(column, from + width));
    }

    private interface Read {
        Expression next();
    }

    private void add(String name, Read read) {
        List<Expression> some = new ArrayList<>();
        for (int i = 0; i < READS; i++) {
            some.add(read.next());
        }
        reads.put(name, some);
    }

    private void run(Table table, long rows, int files) throws SQLException, IOException {
        List<DataFile> written = lake.append(table, files, ReferenceLake.interleaved(rows, files));
        Map<String, Long> before = measure(table);
        Path ideal = sortedByDuckDbAlone(table, written);
        lake.compact(table);
        table.refresh();
        Map<String, Long> after = measure(table);
        BytesRead reader = new BytesRead(table.schema());
        for (String read : reads.keySet()) {
            long best = 0;
            for (Expression expression : reads.get(read)) {
                best += reader.of(ideal, expression);
            }
            print(rows, read, requireNonNull(before.get(read)), requireNonNull(after.get(read)), best);
        }
    }

    private Map<String, Long> measure(Table table) throws IOException {
        BytesRead reader = new BytesRead(table.schema());
        Map<String, Long> bytes = new LinkedHashMap<>();
        for (Map.Entry<String, List<Expression>> read : reads.entrySet()) {
            long sum = 0;
            for (Expression expression : read.getValue()) {
                sum += reader.of(table, expression);
            }
            bytes.put(read.getKey(), sum);
        }
        return bytes;
    }

    private Path sortedByDuckDbAlone(Table table, List<DataFile> files) throws SQLException {
        String paths = files.stream()
                .map(file -> Sql.literal(file.location().substring("file:".length())))
                .collect(Collectors.joining(", "));
        String order = table.sortOrder().fields().stream()
                .map(field -> table.schema().findColumnName(field.sourceId()))
                .collect(Collectors.joining(", "));
        Path ideal = lake.folder().resolve("ideal.parquet");
        try (DuckDatabase duck = DuckDatabase.open(lake.config());
                Connection connection = duck.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "COPY (SELECT * FROM read_parquet([%s]) ORDER BY %s) TO %s (FORMAT parquet, COMPRESSION zstd)"
                            .formatted(paths, order, Sql.literal(ideal.toString())));
        }
        return ideal;
    }

    private void print(long rows, String read, long before, long after, long ideal) {
        System.out.printf(
                Locale.ROOT,
                "{\"bench\":\"compact-prune\",\"rows\":%d,\"sorted_by\":\"%s\",\"read\":\"%s\",\"before_mb\":%.2f,"
                        + "\"after_mb\":%.2f,\"ideal_mb\":%.2f,\"times_ideal\":%.2f}%n",
                rows,
                layout,
                read,
                megabytes(before),
                megabytes(after),
                megabytes(ideal),
                (double) after / ideal);
    }

    private static double megabytes(long bytes) {
        return bytes / 1e6 / READS;
    }
}
