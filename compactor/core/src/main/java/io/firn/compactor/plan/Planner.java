package io.firn.compactor.plan;

import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.layout.PlacedFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;

/** Decides for one partition at a time which files to rewrite together. Pure: the same files give the same groups. */
public final class Planner {
    private final PlanRules rules;
    private final int currentSpecId;
    private final boolean clustered;

    /** @param currentSpecId the partition spec that all files should have */
    Planner(PlanRules rules, int currentSpecId) {
        this(rules, currentSpecId, false);
    }

    private Planner(PlanRules rules, int currentSpecId, boolean clustered) {
        this.rules = rules;
        this.currentSpecId = currentSpecId;
        this.clustered = clustered;
    }

    static Planner of(Table table, PlanRules rules) {
        return new Planner(
                rules, table.spec().specId(), !Clustering.columns(table).isEmpty());
    }

    /**
     * The files of one partition.
     *
     * @param name the partition as a path; empty for an unpartitioned table
     */
    public record Partition(int specId, StructLike values, String name, List<PlacedFile> files) {
        public Partition {
            files = List.copyOf(files);
        }
    }

    List<FileGroup> groups(Partition partition) {
        if (partition.specId() != currentSpecId) {
            return moved(partition);
        }
        return clustered ? merged(partition) : inPlace(partition);
    }

    private List<FileGroup> merged(Partition partition) {
        List<LiveFile> files = partition.files().stream().map(PlacedFile::file).toList();
        return new Clustering(rules)
                .merges(files).stream()
                        .map(merge -> merge.runs() > 1
                                ? group(partition, Reason.OVERLAP, merge.runs(), 0, merge.files())
                                : group(partition, merge.files()))
                        .toList();
    }

    private List<FileGroup> moved(Partition partition) {
        List<LiveFile> files = partition.files().stream().map(PlacedFile::file).toList();
        return SmallRuns.inChunks(files, rules).stream()
                .map(chunk -> group(partition, Reason.OLD_PARTITIONS, 1, 0, chunk))
                .toList();
    }

    private List<FileGroup> inPlace(Partition partition) {
        List<Piece> pieces = new ArrayList<>();
        List<LiveFile> anywhere = new ArrayList<>();
        for (PlacedFile placed : partition.files()) {
            if (placed.span() == null) {
                anywhere.add(placed.file());
            } else {
                pieces.add(Piece.of(placed.file(), placed.span()));
            }
        }
        List<FileGroup> groups = new ArrayList<>();
        List<Piece> dissolved = Overlaps.dissolve(pieces, rules);
        dissolved.stream().filter(Piece::isGroup).forEach(piece -> groups.add(overlap(partition, piece)));
        SmallRuns.ordered(dissolved, rules).forEach(files -> groups.add(group(partition, files)));
        SmallRuns.unordered(anywhere, rules).forEach(files -> groups.add(group(partition, files)));
        groups.sort(Comparator.comparingDouble(group -> group.costPerFileSaved(rules)));
        return groups;
    }

    private static FileGroup overlap(Partition partition, Piece piece) {
        return group(partition, Reason.OVERLAP, piece.depth(), piece.lookUpBytes(), piece.files());
    }

    private FileGroup group(Partition partition, List<LiveFile> files) {
        boolean deletes = files.stream().anyMatch(file -> file.deletedShare() >= rules.deletedShare());
        long bytes = files.stream().mapToLong(LiveFile::bytes).sum();
        return group(partition, deletes ? Reason.DELETES : Reason.SMALL_FILES, 1, bytes / files.size(), files);
    }

    private static FileGroup group(
            Partition partition, Reason reason, int depth, long lookUpBytes, List<LiveFile> files) {
        return new FileGroup(
                partition.specId(), partition.values(), partition.name(), reason, depth, lookUpBytes, files);
    }
}
