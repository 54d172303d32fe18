package io.firn.compactor.rewrite;

import io.firn.compactor.layout.Discard;
import io.firn.compactor.layout.Lineage;
import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.layout.PositionDeletes;
import io.firn.compactor.layout.Tasks;
import io.firn.compactor.plan.Clustering;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.prove.Fingerprint;
import io.firn.compactor.prove.Proof;
import io.firn.workbench.Digest;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.DuckTypes;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.RowByRow;
import io.firn.workbench.Scan;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;

/**
 * Rewrites a group with Iceberg's own reader and writer, and proves it twice: by a digest of every value that this
 * reader sees before and after, and, of the columns that DuckDB can read, by what DuckDB sees.
 */
final class GroupByRow {
    private static final String VIEW = "firn:compaction:rows";

    private final Table table;
    private final Workbench workbench;
    private final String operationId;
    private final ParquetOut out;
    private final Hooks hooks;
    private final RowByRow rows;
    private final Lineage lineage;
    private final List<String> readable;

    GroupByRow(Table table, Workbench workbench, String operationId, ParquetOut out, Hooks hooks) {
        this.table = table;
        this.workbench = workbench;
        this.operationId = operationId;
        this.out = out;
        this.hooks = hooks;
        this.rows = new RowByRow(workbench, out);
        this.lineage = Lineage.of(table);
        this.readable = table.schema().columns().stream()
                .filter(column -> DuckTypes.has(column.type()))
                .map(NestedField::name)
                .toList();
    }

    GroupRewrite.Outcome run(FileGroup group, long snapshotId) {
        List<FileScanTask> inputs =
                group.files().stream().map(file -> Tasks.of(table, file)).toList();
        try (DuckDBConnection connection = workbench.duck().connect()) {
            Fingerprint before = fingerprint(connection, snapshotId, inputs);
            RowByRow.Written written = write(connection, group, inputs);
            written.files().forEach(file -> hooks.written(file.location()));
            RewrittenGroup rewritten = new RewrittenGroup(operationId, group, written.files());
            return new GroupRewrite.Outcome(
                    rewritten, failures(connection, snapshotId, rewritten, before, written.read()));
        } catch (SQLException e) {
            throw DuckFailures.translate("compacting " + table.name(), e);
        }
    }

    private Fingerprint fingerprint(DuckDBConnection connection, long snapshotId, List<FileScanTask> files)
            throws SQLException {
        List<String> columns = new ArrayList<>(readable);
        columns.addAll(lineage.virtualColumns());
        Scan scan = new Scan(table, snapshotId, table.schema(), columns, Expressions.alwaysTrue());
        try (TableView view = workbench.view(connection, VIEW, scan, files)) {
            return Fingerprint.of(connection, view.name(), readable, lineage);
        }
    }

    private RowByRow.Written write(DuckDBConnection connection, FileGroup group, List<FileScanTask> inputs) {
        PartitionSpec spec = table.spec();
        return group.specId() == spec.specId()
                ? rows.writeRun(
                        connection,
                        inputs,
                        spec,
                        spec.isPartitioned() ? group.partition() : null,
                        Clustering.columns(table))
                : rows.writePartitioned(connection, inputs);
    }

    private List<String> failures(
            DuckDBConnection connection, long snapshotId, RewrittenGroup rewritten, Fingerprint before, Digest read)
            throws SQLException {
        List<FileScanTask> outputs =
                rewritten.outputs().stream().map(file -> Tasks.of(table, file)).toList();
        try {
            Fingerprint after = fingerprint(connection, snapshotId, outputs);
            long written = rewritten.outputs().stream()
                    .mapToLong(DataFile::recordCount)
                    .sum();
            Proof proof = new Proof(rewritten.group().rows(), deletedRows(rewritten.group()), written, before, after);
            List<String> failures = new ArrayList<>(proof.failures());
            Digest stored = rows.digest(outputs);
            if (!read.equals(stored)) {
                failures.add("digest of all values: %s before, %s after".formatted(read, stored));
            }
            return failures;
        } catch (SQLException | RuntimeException e) {
            Discard.dataFiles(table, rewritten.outputs());
            throw e;
        }
    }

    private long deletedRows(FileGroup group) {
        List<LiveFile> files =
                group.files().stream().filter(file -> !file.deletes().isEmpty()).toList();
        return new PositionDeletes(table).marked(files);
    }
}
