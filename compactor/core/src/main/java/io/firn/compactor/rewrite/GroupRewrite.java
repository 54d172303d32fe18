package io.firn.compactor.rewrite;

import io.firn.compactor.layout.Discard;
import io.firn.compactor.layout.Lineage;
import io.firn.compactor.layout.PositionDeletes;
import io.firn.compactor.layout.Tasks;
import io.firn.compactor.plan.Clustering;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.prove.Fingerprint;
import io.firn.compactor.prove.Proof;
import io.firn.workbench.ClusterOrder;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.RowByRow;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the live rows of a group into new files in the table's sort order, and reads them back to prove that nothing
 * was lost or changed. Commits nothing.
 */
public final class GroupRewrite {
    private static final Logger LOG = LoggerFactory.getLogger(GroupRewrite.class);
    private static final String INPUT = "firn:compaction:input";
    private static final String OUTPUT = "firn:compaction:output";
    private static final int MAX_ROW_GROUP_ROWS = 122_880;
    private static final int MIN_ROW_GROUP_ROWS = 2_048;
    /** Files are cut between row groups, so these decide how near the target a file comes. */
    private static final int ROW_GROUPS_PER_FILE = 10;

    private final Table table;
    private final Workbench workbench;
    private final PositionDeletes positionDeletes;
    private final Lineage lineage;
    private final List<String> userColumns;
    private final String operationId;
    private final Path uploadDirectory;
    private final Hooks hooks;

    /**
     * Rewrites groups of a table.
     *
     * @param operationId begins the name of every new file
     * @param uploadDirectory where files are written that are to be uploaded
     */
    public GroupRewrite(Table table, Workbench workbench, String operationId, Path uploadDirectory, Hooks hooks) {
        this.table = table;
        this.workbench = workbench;
        this.positionDeletes = new PositionDeletes(table);
        this.lineage = Lineage.of(table);
        this.userColumns = Lineage.userColumns(table);
        this.operationId = operationId;
        this.uploadDirectory = uploadDirectory;
        this.hooks = hooks;
    }

    /**
     * New files.
     *
     * @param failures what the proof found to be wrong with them, in words; empty when they hold the same rows
     */
    public record Outcome(RewrittenGroup rewritten, List<String> failures) {}

    /** Writes a group's rows as of a snapshot into files of about {@code targetBytes}. */
    public Outcome run(FileGroup group, long snapshotId, long targetBytes) {
        ParquetOut out = out(group, targetBytes);
        return new GroupCopy(table, workbench, operationId, out, hooks)
                .run(group)
                .orElseGet(() -> decoded(group, snapshotId, out));
    }

    private Outcome decoded(FileGroup group, long snapshotId, ParquetOut out) {
        PartitionSpec spec = Objects.requireNonNull(table.specs().get(group.specId()));
        return RowByRow.reason(table, spec)
                .map(reason -> rowByRow(group, snapshotId, out, reason))
                .orElseGet(() -> sorted(group, snapshotId, out));
    }

    private Outcome rowByRow(FileGroup group, long snapshotId, ParquetOut out, String reason) {
        LOG.info(
                "{}: {} files are rewritten row by row: {}",
                table.name(),
                group.files().size(),
                reason);
        return new GroupByRow(table, workbench, operationId, out, hooks).run(group, snapshotId);
    }

    private ParquetOut out(FileGroup group, long targetBytes) {
        FileSettings settings =
                FileSettings.of(table).withTargetBytes(targetBytes).withRowGroupRows(rowGroupRows(group, targetBytes));
        return new ParquetOut(table, operationId, settings, uploadDirectory);
    }

    private Outcome sorted(FileGroup group, long snapshotId, ParquetOut out) {
        Scan scan = new Scan(table, snapshotId, table.schema(), lineage.fileColumns(table), Expressions.alwaysTrue());
        List<FileScanTask> inputs =
                group.files().stream().map(file -> Tasks.of(table, file)).toList();
        try (DuckDBConnection connection = workbench.duck().connect();
                TableView input = workbench.view(connection, INPUT, scan, inputs)) {
            Fingerprint before = Fingerprint.of(connection, input.name(), userColumns, lineage);
            List<DataFile> outputs = write(connection, group, out, before.rows());
            outputs.forEach(file -> hooks.written(file.location()));
            return proven(connection, scan, new RewrittenGroup(operationId, group, outputs), before);
        } catch (SQLException e) {
            throw DuckFailures.translate("compacting " + table.name(), e);
        }
    }

    private List<DataFile> write(Connection connection, FileGroup group, ParquetOut out, long rows) {
        if (rows == 0) {
            return List.of();
        }
        PartitionSpec spec = table.spec();
        if (group.specId() != spec.specId()) {
            return out.writePartitioned(connection, Sql.identifier(INPUT), null);
        }
        StructLike partition = spec.isPartitioned() ? group.partition() : null;
        List<String> cluster = Clustering.columns(table);
        if (cluster.isEmpty()) {
            return out.writeRun(connection, spec, partition, Sql.identifier(INPUT));
        }
        String order = ClusterOrder.sql(connection, Sql.identifier(INPUT), table.schema(), cluster);
        return out.writeRun(connection, spec, partition, Sql.identifier(INPUT), order);
    }

    private static int rowGroupRows(FileGroup group, long targetBytes) {
        long bytesPerRow = Math.max(1, group.bytes() / Math.max(1, group.rows()));
        long rows = targetBytes / ROW_GROUPS_PER_FILE / bytesPerRow;
        return (int) Math.max(MIN_ROW_GROUP_ROWS, Math.min(MAX_ROW_GROUP_ROWS, rows));
    }

    private Outcome proven(DuckDBConnection connection, Scan scan, RewrittenGroup rewritten, Fingerprint before)
            throws SQLException {
        try {
            return new Outcome(
                    rewritten, proof(connection, scan, rewritten, before).failures());
        } catch (SQLException | RuntimeException e) {
            Discard.dataFiles(table, rewritten.outputs());
            throw e;
        }
    }

    private Proof proof(DuckDBConnection connection, Scan scan, RewrittenGroup rewritten, Fingerprint before)
            throws SQLException {
        List<FileScanTask> outputs =
                rewritten.outputs().stream().map(file -> Tasks.of(table, file)).toList();
        try (TableView output = workbench.view(connection, OUTPUT, scan, outputs)) {
            Fingerprint after = Fingerprint.of(connection, output.name(), userColumns, lineage);
            long written = rewritten.outputs().stream()
                    .mapToLong(DataFile::recordCount)
                    .sum();
            return new Proof(rewritten.group().rows(), deletedRows(rewritten.group()), written, before, after);
        }
    }

    /** Counted by opening the delete files, since what the metadata says of them was not read from the positions. */
    private long deletedRows(FileGroup group) {
        return positionDeletes.marked(
                group.files().stream().filter(file -> !file.deletes().isEmpty()).toList());
    }
}
