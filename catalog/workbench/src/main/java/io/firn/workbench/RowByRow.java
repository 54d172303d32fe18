package io.firn.workbench;

import io.firn.catalog.FirnException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Writes data files anew with Iceberg's own reader and writer, for tables that DuckDB cannot write as Iceberg's
 * specification wants it. DuckDB only sorts: rows are bytes to it. That takes several times as long as when DuckDB does
 * it all, and no more memory.
 */
public final class RowByRow {
    private final Table table;
    private final ParquetOut out;
    private final Schema schema;
    private final RowReader reader;

    /** @param out decides about names, places and the size of files */
    public RowByRow(Workbench workbench, ParquetOut out) {
        this.table = out.table();
        this.out = out;
        this.schema = RowReader.schema(table);
        this.reader = new RowReader(table, workbench);
    }

    /**
     * Returns why files can only be written in this way, in words; empty when DuckDB can write them.
     *
     * @param spec the partition spec of the files that are read, to be written by the table's current one
     */
    public static Optional<String> reason(Table table, PartitionSpec spec) {
        for (NestedField column : table.schema().columns()) {
            if (!DuckTypes.writesAsSpecified(column.type())) {
                return Optional.of("column %s has the type %s, which DuckDB writes in another form"
                        .formatted(column.name(), column.type()));
            }
        }
        try {
            SortOrders.sql(table.sortOrder(), table.schema());
            if (spec.specId() != table.spec().specId()) {
                Partitions.expressions(table.spec(), table.schema());
            }
            return Optional.empty();
        } catch (FirnException e) {
            return Optional.of(String.join("; ", e.problems()));
        }
    }

    /**
     * Checks that rows can be brought into a table's sort order.
     *
     * @throws FirnException when that is by a transform that is not known
     */
    public static void requireOrder(Table table) {
        RowOrder.of(table.schema(), table.sortOrder());
    }

    /**
     * New files.
     *
     * @param files in order
     * @param read the digest of the rows that were read, with their lineage
     */
    public record Written(List<DataFile> files, Digest read) {
        public Written {
            files = List.copyOf(files);
        }
    }

    /**
     * Writes the live rows of files into one run of files of one partition.
     *
     * @param connection sorts; nothing else may run on it meanwhile
     * @param partition the values of the spec that all rows have; null when the spec is unpartitioned
     * @param cluster two to four columns that rows are to be near each other in; none for the table's sort order
     */
    public Written writeRun(
            DuckDBConnection connection,
            List<FileScanTask> inputs,
            PartitionSpec spec,
            @Nullable StructLike partition,
            List<String> cluster) {
        RowOrder order = RowOrder.of(schema, table.sortOrder());
        return write(
                connection,
                inputs,
                order,
                cluster,
                rows -> runs(rows, spec, row -> new Run(partition, other -> true), cluster));
    }

    /** Writes the live rows of files into one run of files for each partition of the table's current spec. */
    public Written writePartitioned(DuckDBConnection connection, List<FileScanTask> inputs) {
        PartitionSpec spec = table.spec();
        RowOrder order = RowOrder.of(schema, spec, table.sortOrder());
        return write(connection, inputs, order, List.of(), rows -> runs(rows, spec, partitions(spec), List.of()));
    }

    private interface Runs {
        List<DataFile> write(SortedRows rows);
    }

    private Written write(
            DuckDBConnection connection, List<FileScanTask> inputs, RowOrder order, List<String> cluster, Runs runs) {
        RowDigest digest = new RowDigest();
        try (RowStage stage = RowStage.open(connection, schema, order, cluster)) {
            reader.<SQLException>read(inputs, row -> {
                digest.add(row);
                stage.add(row);
            });
            try (SortedRows rows = stage.sorted()) {
                return new Written(runs.write(rows), digest.digest());
            }
        } catch (SQLException e) {
            throw DuckFailures.translate(out.doing(), e);
        }
    }

    /**
     * Rows that follow each other and belong into one partition.
     *
     * @param belongs says it of a row
     */
    private record Run(@Nullable StructLike partition, Predicate<StructLike> belongs) {}

    private Function<StructLike, Run> partitions(PartitionSpec spec) {
        if (spec.isUnpartitioned()) {
            return row -> new Run(null, other -> true);
        }
        PartitionKey key = new PartitionKey(spec, schema);
        return row -> {
            key.partition(row);
            PartitionKey first = key.copy();
            return new Run(first, other -> {
                key.partition(other);
                return key.equals(first);
            });
        };
    }

    private List<DataFile> runs(
            SortedRows rows, PartitionSpec spec, Function<StructLike, Run> partitions, List<String> cluster) {
        SortOrder own = table.sortOrder();
        Integer sortOrder = cluster.isEmpty() && own.isSorted() ? (Integer) own.orderId() : null;
        RowFile writer = new RowFile(table, schema, out.settings());
        List<DataFile> files = new ArrayList<>();
        try {
            for (StructLike row = rows.row(); row != null; row = rows.row()) {
                Run run = partitions.apply(row);
                files.addAll(new RunWrite(out, spec, run.partition())
                        .run(file -> writer.write(file, rows, run.belongs()), sortOrder));
            }
            return files;
        } catch (RuntimeException e) {
            out.abandon(files);
            throw e;
        }
    }

    /**
     * Returns the digest of the live rows of files, with their lineage.
     *
     * @throws FirnException when a file cannot be read
     */
    public Digest digest(List<FileScanTask> files) {
        RowDigest digest = new RowDigest();
        reader.read(files, digest::add);
        return digest.digest();
    }
}
