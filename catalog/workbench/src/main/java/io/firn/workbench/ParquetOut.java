package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.LocalFileIO;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes DuckDB queries as data files of one table. Nothing is committed: the caller adds the files to a commit, or
 * deletes them.
 *
 * <p>A select's columns are matched by name; beside the table's own it may have {@code _row_id} and
 * {@code _last_updated_sequence_number}, where null means inherited from the commit. Columns it leaves out read as
 * null. Threads may share an instance, each with its own connection.
 */
public final class ParquetOut {
    private static final Logger LOG = LoggerFactory.getLogger(ParquetOut.class);

    private static final int LEAST_ROW_GROUP_ROWS = 2_048;
    private static final int ROW_GROUP_SHRINKS_BY = 8;

    private final Table table;
    private final String operationId;
    private final FileSettings settings;
    private final Path uploadDirectory;
    private final AtomicInteger files = new AtomicInteger();

    /**
     * @param operationId begins the name of every file
     * @param uploadDirectory where files wait that go to a store other than the local disk
     */
    public ParquetOut(Table table, String operationId, FileSettings settings, Path uploadDirectory) {
        this.table = table;
        this.operationId = operationId;
        this.settings = settings;
        this.uploadDirectory = uploadDirectory;
    }

    /**
     * Writes one file.
     *
     * @param spec the table's current or an older partition spec
     * @param partition the values of that spec that all rows have; null when the spec is unpartitioned
     * @param select what to write; the file has its rows in its order
     * @return the file; empty when there are no rows
     */
    public Optional<DataFile> write(
            Connection connection, PartitionSpec spec, @Nullable StructLike partition, String select) {
        return write(connection, spec, partition, shape(connection, select), select, null, RowGroups.AS_MEMORY_ALLOWS);
    }

    /** Writes one file into an unpartitioned table. */
    public Optional<DataFile> write(Connection connection, String select) {
        return write(connection, table.spec(), null, select);
    }

    /**
     * Writes one file for each partition of the table's current spec that has rows, and more where they exceed the
     * target size.
     *
     * @param relation what may follow FROM: a quoted table name, or a select in parentheses
     * @param orderBy the order in each file, as after ORDER BY; null for the table's own sort order
     */
    public List<DataFile> writePartitioned(Connection connection, String relation, @Nullable String orderBy) {
        return new PartitionedWrite(this, connection, relation, orderBy).run();
    }

    /**
     * Writes one run of files in the table's sort order: every file ends where the next begins, and none is much larger
     * or smaller than the target. Rows are sorted and encoded once; the result is cut between row groups.
     *
     * @param spec the table's current or an older partition spec
     * @param partition the values of that spec that all rows have; null when the spec is unpartitioned
     * @param relation what may follow FROM: a quoted table name, or a select in parentheses
     * @return the files in order; empty when there are no rows
     */
    public List<DataFile> writeRun(
            Connection connection, PartitionSpec spec, @Nullable StructLike partition, String relation) {
        return new RunWrite(this, spec, partition).run(connection, relation, null);
    }

    /**
     * Writes one run of files in another order.
     *
     * @param orderBy as after ORDER BY
     */
    public List<DataFile> writeRun(
            Connection connection,
            PartitionSpec spec,
            @Nullable StructLike partition,
            String relation,
            String orderBy) {
        return new RunWrite(this, spec, partition).run(connection, relation, orderBy);
    }

    Table table() {
        return table;
    }

    FileSettings settings() {
        return settings;
    }

    String doing() {
        return "writing " + table.name();
    }

    SelectShape shape(Connection connection, String select) {
        try {
            return SelectShape.of(connection, table.schema(), select);
        } catch (SQLException e) {
            throw DuckFailures.translate(doing(), e);
        }
    }

    /**
     * Writes one file.
     *
     * @param shape the select's, or that of any select of the same columns
     * @param sortOrder the id of the sort order that the select's order is; null when it is none
     * @param rowGroups what to do when memory is short
     */
    Optional<DataFile> write(
            Connection connection,
            PartitionSpec spec,
            @Nullable StructLike partition,
            SelectShape shape,
            String select,
            @Nullable Integer sortOrder,
            RowGroups rowGroups) {
        Target target = newTarget(spec, partition);
        try {
            if (copy(connection, shape, select, target.file(), rowGroups) == 0) {
                Files.delete(target.file());
                return Optional.empty();
            }
            return Optional.of(publish(spec, partition, target, sortOrder));
        } catch (SQLException e) {
            abandon(target.file());
            throw DuckFailures.translate(doing(), e);
        } catch (IOException e) {
            abandon(target.file());
            throw failed(e);
        }
    }

    FirnException failed(IOException e) {
        return new FirnException(ErrorCode.STORAGE_FAILED, doing() + " failed: " + e.getMessage(), e);
    }

    /**
     * A data file to be written.
     *
     * @param location where the table will look for it
     * @param file where it is written; the same place when the table is on a local disk
     */
    record Target(String location, Path file) {
        boolean local() {
            return LocalFileIO.handles(location);
        }
    }

    Target newTarget(PartitionSpec spec, @Nullable StructLike partition) {
        String name = "%s-%05d-%s.parquet".formatted(operationId, files.incrementAndGet(), UUID.randomUUID());
        String location = location(spec, partition, name);
        Path file = LocalFileIO.handles(location) ? LocalFileIO.path(location) : uploadDirectory.resolve(name);
        try {
            Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        } catch (IOException e) {
            throw failed(e);
        }
        return new Target(location, file);
    }

    /** Describes a finished file, and brings it to its location when it is not there yet. */
    DataFile publish(PartitionSpec spec, @Nullable StructLike partition, Target target, @Nullable Integer sortOrder)
            throws IOException {
        DataFile described = describe(spec, partition, target, sortOrder);
        if (target.local()) {
            LocalFileIO.makeDurable(target.file());
        } else {
            upload(target.file(), target.location());
        }
        return described;
    }

    /** Deletes files that were written in vain. */
    void abandon(List<DataFile> written) {
        for (DataFile file : written) {
            try {
                table.io().deleteFile(file.location());
            } catch (RuntimeException e) {
                LOG.warn("the unused file {} could not be deleted", file.location(), e);
            }
        }
    }

    static void abandon(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("the unfinished file {} could not be deleted", file, e);
        }
    }

    private String location(PartitionSpec spec, @Nullable StructLike partition, String name) {
        return partition == null || spec.isUnpartitioned()
                ? table.locationProvider().newDataLocation(name)
                : table.locationProvider().newDataLocation(spec, partition, name);
    }

    /** Whether row groups become smaller when memory is short. */
    enum RowGroups {
        AS_WANTED,
        AS_MEMORY_ALLOWS
    }

    /**
     * DuckDB holds a row group in memory for each of its threads. Where rows are so wide that this is too much, smaller
     * ones are tried.
     */
    long copy(Connection connection, SelectShape shape, String select, Path file, RowGroups rowGroups)
            throws SQLException {
        int rows = settings.rowGroupRows();
        while (true) {
            try {
                return copy(connection, shape, select, file, settings.withRowGroupRows(rows));
            } catch (SQLException e) {
                boolean canBeSmaller = rowGroups == RowGroups.AS_MEMORY_ALLOWS
                        && DuckFailures.isOutOfMemory(e)
                        && rows > LEAST_ROW_GROUP_ROWS;
                if (!canBeSmaller) {
                    throw e;
                }
                rows = Math.max(LEAST_ROW_GROUP_ROWS, rows / ROW_GROUP_SHRINKS_BY);
                LOG.info("{}: memory is short, row groups get {} rows", doing(), rows);
            }
        }
    }

    private static long copy(Connection connection, SelectShape shape, String select, Path file, FileSettings settings)
            throws SQLException {
        String copy = "COPY (%s) TO %s (%s, FIELD_IDS %s)"
                .formatted(
                        shape.cast(select),
                        Sql.literal(file.toString()),
                        settings.copyOptions(),
                        FieldIds.option(shape.fields()));
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(copy);
        }
    }

    private DataFile describe(
            PartitionSpec spec, @Nullable StructLike partition, Target target, @Nullable Integer sortOrder)
            throws IOException {
        ParquetMetadata footer = LocalParquet.footer(target.file());
        DataFiles.Builder builder = DataFiles.builder(spec)
                .withPath(target.location())
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(Files.size(target.file()))
                .withMetrics(ParquetUtil.footerMetrics(footer, Stream.empty(), MetricsConfig.forTable(table)))
                .withSplitOffsets(ParquetUtil.getSplitOffsets(footer));
        if (partition != null && spec.isPartitioned()) {
            builder.withPartition(partition);
        }
        if (sortOrder != null) {
            builder.withSortOrder(table.sortOrders().get(sortOrder));
        }
        return builder.build();
    }

    private void upload(Path file, String location) throws IOException {
        try (OutputStream out = table.io().newOutputFile(location).create()) {
            Files.copy(file, out);
        } finally {
            Files.delete(file);
        }
    }
}
