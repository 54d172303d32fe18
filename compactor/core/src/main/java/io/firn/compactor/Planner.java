package io.firn.compactor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.StructLike;

/** Decides for one partition at a time which files to rewrite together. Pure: the same files give the same groups. */
final class Planner {
    private final PlanRules rules;

    Planner(PlanRules rules) {
        this.rules = rules;
    }

    /**
     * The files of one partition.
     *
     * @param name the partition as a path; empty for an unpartitioned table
     */
    record Partition(int specId, StructLike values, String name, List<PlacedFile> files) {
        Partition {
            files = List.copyOf(files);
        }
    }

    List<FileGroup> groups(Partition partition) {
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
        return group(partition, Reason.OVERLAP, piece.depth(), piece.files());
    }

    private FileGroup group(Partition partition, List<LiveFile> files) {
        boolean deletes = files.stream().anyMatch(file -> file.deletedShare() >= rules.deletedShare());
        return group(partition, deletes ? Reason.DELETES : Reason.SMALL_FILES, 1, files);
    }

    private static FileGroup group(Partition partition, Reason reason, int depth, List<LiveFile> files) {
        return new FileGroup(partition.specId(), partition.values(), partition.name(), reason, depth, files);
    }
}
