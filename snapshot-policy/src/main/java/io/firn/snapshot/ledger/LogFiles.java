package io.firn.snapshot.ledger;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.Cut;
import io.firn.catalog.MainLine;
import io.firn.workbench.Scan;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.BaseFileScanTask;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.ResidualEvaluator;

/**
 * Finds the files of a change log that may hold changes of some cuts, at a cost that grows with what came since, not
 * with the log: a manifest that is no younger than a snapshot that held an earlier cut lists nothing later.
 */
final class LogFiles {
    private LogFiles() {}

    /**
     * @param files planned at the log's head
     * @param manifestsRead how many manifests were opened to find them
     */
    record Found(List<FileScanTask> files, int manifestsRead) {}

    /** Returns the files that may hold changes after one cut up to another. */
    static Found between(Table log, long afterCut, long upToCut) {
        Expression cuts = Expressions.and(
                Expressions.greaterThan(ChangeLogColumns.CUT, afterCut),
                Expressions.lessThanOrEqual(ChangeLogColumns.CUT, upToCut));
        Snapshot head = log.currentSnapshot();
        if (head == null) {
            return new Found(List.of(), 0);
        }
        if (!head.deleteManifests(log.io()).isEmpty()) {
            Scan scan = Scan.of(log, (Long) head.snapshotId()).where(cuts);
            return new Found(Workbench.plan(scan), head.allManifests(log.io()).size());
        }
        long known = lastSequenceOf(log, afterCut);
        List<ManifestFile> manifests = head.dataManifests(log.io()).stream()
                .filter(manifest -> manifest.sequenceNumber() > known)
                .toList();
        List<FileScanTask> files = new ArrayList<>();
        manifests.forEach(manifest -> read(log, manifest, cuts, files));
        return new Found(files, manifests.size());
    }

    /** The youngest snapshot that is kept and held no later cut says up to where nothing has to be looked at. */
    private static long lastSequenceOf(Table log, long cut) {
        return MainLine.of(log).stream()
                .filter(snapshot -> Cut.of(snapshot.summary())
                        .filter(own -> own.number() <= cut)
                        .isPresent())
                .findFirst()
                .map(Snapshot::sequenceNumber)
                .orElse(-1L);
    }

    private static void read(Table log, ManifestFile manifest, Expression cuts, List<FileScanTask> files) {
        PartitionSpec spec = Objects.requireNonNull(log.specs().get(manifest.partitionSpecId()), manifest.path());
        String schema = SchemaParser.toJson(spec.schema());
        String partitions = PartitionSpecParser.toJson(spec);
        try (ManifestReader<DataFile> reader =
                ManifestFiles.read(manifest, log.io(), log.specs()).filterRows(cuts)) {
            for (DataFile file : reader) {
                files.add(new BaseFileScanTask(
                        file.copy(), new DeleteFile[0], schema, partitions, ResidualEvaluator.unpartitioned(cuts)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
