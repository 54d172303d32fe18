package io.firn.compactor.housekeeping;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.ContentFileUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a table needs besides its data files: deletes that no longer delete anything leave it, and manifests that have
 * become many and small are written together, by partition. Neither is tried twice: the next run does it.
 */
public final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    /** Fewer manifests than this are read in no time, however they are clustered. */
    private static final int FEW_MANIFESTS = 20;

    private static final long DEFAULT_MANIFEST_BYTES = 8L << 20;

    private final Table table;

    /** Tidies one table. */
    public Housekeeping(Table table) {
        this.table = table;
    }

    /**
     * What was done.
     *
     * @param danglingDeletes delete files that left the table
     * @param manifestsJoined manifests that were written together
     */
    public record Done(int danglingDeletes, int manifestsJoined) {
        /** Nothing was to be done. */
        public static final Done NOTHING = new Done(0, 0);

        /** Returns whether anything was done. */
        public boolean any() {
            return danglingDeletes > 0 || manifestsJoined > 0;
        }
    }

    /** Does what is to be done now; what another writer prevents is left to the next run. */
    public Done run() {
        table.refresh();
        Snapshot head = table.currentSnapshot();
        if (head == null) {
            return Done.NOTHING;
        }
        int deletes = removeDangling(head);
        table.refresh();
        return new Done(deletes, joinManifests(Objects.requireNonNull(table.currentSnapshot())));
    }

    private int removeDangling(Snapshot head) {
        List<DeleteFile> ofOneFile = ofOneFile(head);
        if (ofOneFile.isEmpty()) {
            return 0;
        }
        Set<String> live = dataFiles(head);
        List<DeleteFile> dangling = ofOneFile.stream()
                .filter(file -> !live.contains(referenced(file)))
                .toList();
        if (dangling.isEmpty()) {
            return 0;
        }
        RewriteFiles rewrite = table.newRewrite().validateFromSnapshot(head.snapshotId());
        dangling.forEach(rewrite::deleteFile);
        return committed(rewrite::commit, "removing deletes of files that are gone") ? dangling.size() : 0;
    }

    private static String referenced(DeleteFile file) {
        return Objects.requireNonNull(ContentFileUtil.referencedDataFileLocation(file));
    }

    /** Deletes that belong to one data file each; what others apply to cannot be told from metadata alone. */
    private List<DeleteFile> ofOneFile(Snapshot head) {
        List<DeleteFile> found = new ArrayList<>();
        for (ManifestFile manifest : head.deleteManifests(table.io())) {
            try (ManifestReader<DeleteFile> files =
                    ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
                for (DeleteFile file : files) {
                    if (file.content() == FileContent.POSITION_DELETES && ContentFileUtil.isFileScoped(file)) {
                        found.add(file.copy());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }

    private Set<String> dataFiles(Snapshot head) {
        Set<String> live = new HashSet<>();
        forEachFile(head, file -> live.add(file.location()));
        return live;
    }

    private void forEachFile(Snapshot head, Consumer<DataFile> consumer) {
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(head.snapshotId()).planFiles()) {
            tasks.forEach(task -> consumer.accept(task.file()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int joinManifests(Snapshot head) {
        List<ManifestFile> manifests = head.dataManifests(table.io());
        long bytes = manifests.stream().mapToLong(ManifestFile::length).sum();
        long target = Long.parseLong(
                table.properties().getOrDefault("commit.manifest.target-size-bytes", "" + DEFAULT_MANIFEST_BYTES));
        boolean many = manifests.size() >= FEW_MANIFESTS && manifests.size() > 4 * (bytes / target + 1);
        if (!many) {
            return 0;
        }
        Map<String, Integer> ranges = ranges(head, (int) (bytes / target + 1));
        boolean done = committed(
                () -> table.rewriteManifests()
                        .clusterBy(file -> ranges.getOrDefault(partition(file), 0))
                        .commit(),
                "joining manifests");
        return done ? manifests.size() : 0;
    }

    /** Deals the partitions, in order, into so many ranges. */
    private Map<String, Integer> ranges(Snapshot head, int count) {
        TreeSet<String> partitions = new TreeSet<>();
        forEachFile(head, file -> partitions.add(partition(file)));
        Map<String, Integer> ranges = new HashMap<>();
        for (String partition : partitions) {
            ranges.put(partition, (int) ((long) ranges.size() * count / partitions.size()));
        }
        return ranges;
    }

    private String partition(DataFile file) {
        PartitionSpec spec = Objects.requireNonNull(table.specs().get(file.specId()));
        return spec.isPartitioned() ? spec.partitionToPath(file.partition()) : "";
    }

    private boolean committed(Runnable commit, String doing) {
        try {
            commit.run();
            return true;
        } catch (ValidationException | CommitFailedException e) {
            LOG.debug("{}: {} is left to the next run", table.name(), doing, e);
            return false;
        }
    }
}
