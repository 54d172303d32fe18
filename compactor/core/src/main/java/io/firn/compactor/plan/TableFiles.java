package io.firn.compactor.plan;

import io.firn.compactor.layout.KeySpans;
import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.layout.PositionDeletes;
import io.firn.compactor.layout.SortKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.StructLikeMap;

/** The data files of a table at a snapshot, by partition, and those that this compactor must leave alone. */
public final class TableFiles {
    private final Table table;
    private final SortKey key;
    private final TagPins pins;
    private final Supported supported;
    private final PositionDeletes positionDeletes;
    private final Map<Integer, StructLikeMap<List<LiveFile>>> bySpec = new LinkedHashMap<>();
    private final Map<String, LeftAlone> leftAlone = new LinkedHashMap<>();

    private TableFiles(Table table) {
        this.table = table;
        this.supported = new Supported(table);
        this.key = SortKey.of(table);
        this.pins = TagPins.of(table);
        this.positionDeletes = new PositionDeletes(table);
    }

    /** Reads the manifests of a snapshot, and delete files that belong to several data files. */
    public static TableFiles read(Table table, Snapshot snapshot) {
        TableFiles files = new TableFiles(table);
        List<String> bounded = files.key.fieldIds().stream()
                .map(id -> Objects.requireNonNull(table.schema().findColumnName(id)))
                .toList();
        try (CloseableIterable<FileScanTask> tasks = table.newScan()
                .useSnapshot(snapshot.snapshotId())
                .includeColumnStats(bounded)
                .planFiles()) {
            tasks.forEach(files::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private void add(FileScanTask task) {
        String reason = supported.whyNot(task);
        if (reason != null) {
            LeftAlone one = new LeftAlone(reason, 1, task.file().fileSizeInBytes());
            leftAlone.merge(
                    reason,
                    one,
                    (left, right) -> new LeftAlone(reason, left.files() + right.files(), left.bytes() + right.bytes()));
            return;
        }
        PartitionSpec spec = task.spec();
        bySpec.computeIfAbsent(spec.specId(), id -> StructLikeMap.create(spec.partitionType()))
                .computeIfAbsent(task.file().partition(), partition -> new ArrayList<>())
                .add(live(task));
    }

    private LiveFile live(FileScanTask task) {
        List<DeleteFile> deletes = task.deletes();
        return new LiveFile(task.file(), deletes, positionDeletes.count(task.file(), deletes), pins.keep(task.file()));
    }

    List<LeftAlone> leftAlone() {
        return List.copyOf(leftAlone.values());
    }

    /** Returns the files that may be rewritten, by partition. */
    public List<Planner.Partition> partitions() {
        List<Planner.Partition> partitions = new ArrayList<>();
        bySpec.forEach((specId, files) -> {
            PartitionSpec spec = Objects.requireNonNull(table.specs().get(specId));
            files.values().forEach(group -> partitions.add(partition(spec, group)));
        });
        return partitions;
    }

    private Planner.Partition partition(PartitionSpec spec, List<LiveFile> files) {
        var values = files.get(0).file().partition();
        String name = spec.isUnpartitioned() ? "" : spec.partitionToPath(values);
        return new Planner.Partition(spec.specId(), values, name, KeySpans.place(files, key));
    }
}
