package io.firn.workbench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * One relation written as one ordered run of files for each partition.
 *
 * <p>Rows are sorted once, by partition and then by the wanted order, into a temporary table; each file is a range of
 * its row ids. What fits into one file of an unpartitioned table goes there directly.
 */
final class PartitionedWrite {
    private static final AtomicLong STAGES = new AtomicLong();
    /** A last file of up to this many times the target is better than a sliver after it. */
    private static final double SLACK = 1.2;

    private final ParquetOut out;
    private final Connection connection;
    private final String relation;
    private final String orderBy;
    private final SortOrder divisible;
    private final @Nullable Integer sortOrder;
    private double bytesPerRow;

    PartitionedWrite(ParquetOut out, Connection connection, String relation, @Nullable String orderBy) {
        Schema schema = out.table().schema();
        SortOrder own = out.table().sortOrder();
        this.out = out;
        this.connection = connection;
        this.relation = relation;
        this.divisible = orderBy == null ? own : SortOrder.unsorted();
        this.orderBy = orderBy == null ? SortOrders.sql(own, schema) : orderBy;
        this.sortOrder = orderBy == null && SortOrders.sameInDuckDb(own, schema) ? (Integer) own.orderId() : null;
        this.bytesPerRow = expectedBytesPerRow();
    }

    List<DataFile> run() {
        return SortRanges.write(out, connection, relation, divisible, this::write);
    }

    private List<DataFile> write(String rows, ParquetOut.RowGroups rowGroups) throws SQLException {
        String sortable = orderBy.isEmpty() ? rows : Unions.sortable(connection, rows);
        PartitionSpec spec = out.table().spec();
        SelectShape shape = out.shape(connection, "SELECT * FROM " + rows);
        if (spec.isUnpartitioned() && count(rows) <= rowsPerFile() * SLACK) {
            String select = "SELECT * FROM " + sortable + (orderBy.isEmpty() ? "" : " ORDER BY " + orderBy);
            return out.write(connection, spec, null, shape, select, sortOrder, rowGroups).stream()
                    .toList();
        }
        return staged(spec, shape, sortable);
    }

    private long count(String rows) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + rows)) {
            row.next();
            return row.getLong(1);
        }
    }

    private List<DataFile> staged(PartitionSpec spec, SelectShape shape, String sortable) throws SQLException {
        String stage = Sql.identifier("firn:stage:" + STAGES.incrementAndGet());
        List<DataFile> files = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute(sorted(spec, sortable, stage));
            try {
                for (Run run : runs(spec, stage)) {
                    writeRun(spec, run, shape, stage, files);
                }
                return files;
            } finally {
                statement.execute("DROP TABLE " + stage);
            }
        } catch (SQLException | RuntimeException e) {
            out.abandon(files);
            throw e;
        }
    }

    private String sorted(PartitionSpec spec, String sortable, String stage) {
        List<String> expressions = Partitions.expressions(spec, out.table().schema());
        String values = IntStream.range(0, expressions.size())
                .mapToObj(i -> ", " + expressions.get(i) + " AS " + value(i))
                .collect(Collectors.joining());
        List<String> order = new ArrayList<>(values(spec));
        if (!orderBy.isEmpty()) {
            order.add(orderBy);
        }
        String ordered = order.isEmpty() ? "" : " ORDER BY " + String.join(", ", order);
        return "CREATE TEMP TABLE %s AS SELECT *%s FROM %s%s".formatted(stage, values, sortable, ordered);
    }

    private static String value(int field) {
        return Sql.identifier("firn:partition:" + field);
    }

    private static List<String> values(PartitionSpec spec) {
        return IntStream.range(0, spec.fields().size())
                .mapToObj(PartitionedWrite::value)
                .toList();
    }

    /** A partition's rows in the stage. */
    private record Run(@Nullable StructLike partition, long first, long last) {}

    private List<Run> runs(PartitionSpec spec, String stage) throws SQLException {
        String select = "SELECT min(rowid), max(rowid)%s FROM %s%s ORDER BY 1";
        String values = values(spec).stream().map(v -> ", " + v).collect(Collectors.joining());
        String grouped = spec.isUnpartitioned() ? "" : " GROUP BY " + String.join(", ", values(spec));
        List<Run> runs = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(select.formatted(values, stage, grouped))) {
            while (rows.next()) {
                runs.add(new Run(
                        spec.isUnpartitioned() ? null : Partitions.read(spec, rows, 3),
                        rows.getLong(1),
                        rows.getLong(2)));
            }
        }
        return runs;
    }

    private void writeRun(PartitionSpec spec, Run run, SelectShape shape, String stage, List<DataFile> files) {
        long next = run.first();
        while (next <= run.last()) {
            long left = run.last() - next + 1;
            long rows = left <= rowsPerFile() * SLACK ? left : rowsPerFile();
            String select = "SELECT %s FROM %s WHERE rowid BETWEEN %d AND %d"
                    .formatted(Sql.identifiers(shape.names()), stage, next, next + rows - 1);
            Optional<DataFile> file = out.write(
                    connection, spec, run.partition(), shape, select, sortOrder, ParquetOut.RowGroups.AS_MEMORY_ALLOWS);
            file.ifPresent(files::add);
            file.ifPresent(written -> bytesPerRow = Math.max(1.0, (double) written.fileSizeInBytes() / rows));
            next += rows;
        }
    }

    private long rowsPerFile() {
        return Math.max(out.settings().rowGroupRows(), (long) (out.settings().targetBytes() / bytesPerRow));
    }

    /** From the table's own files where it has any, otherwise from its columns. */
    private double expectedBytesPerRow() {
        Snapshot snapshot = out.table().currentSnapshot();
        if (snapshot != null) {
            Map<String, String> summary = snapshot.summary();
            long bytes = Long.parseLong(summary.getOrDefault(SnapshotSummary.TOTAL_FILE_SIZE_PROP, "0"));
            long rows = Long.parseLong(summary.getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
            if (bytes > 0 && rows > 0) {
                return (double) bytes / rows;
            }
        }
        return out.table().schema().columns().stream()
                .mapToDouble(PartitionedWrite::expectedBytes)
                .sum();
    }

    private static double expectedBytes(NestedField column) {
        return column.type().isNestedType() ? 50 : column.type().typeId().name().matches("STRING|BINARY") ? 15 : 4;
    }
}
