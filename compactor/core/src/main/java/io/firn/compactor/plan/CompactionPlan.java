package io.firn.compactor.plan;

import io.firn.compactor.layout.ByteSizes;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over a table rewrites, and why. Never changes after planning.
 *
 * @param table the table's name as its catalog prints it
 * @param snapshotId the snapshot that was planned; null for a table that has none
 * @param groups in the order in which they are rewritten, the best return first
 * @param deferred groups that the byte budget leaves for another pass
 * @param leftAlone files that cannot be rewritten here
 */
public record CompactionPlan(
        String table,
        @Nullable Long snapshotId,
        PlanRules rules,
        List<FileGroup> groups,
        List<FileGroup> deferred,
        List<LeftAlone> leftAlone) {
    public CompactionPlan {
        groups = List.copyOf(groups);
        deferred = List.copyOf(deferred);
        leftAlone = List.copyOf(leftAlone);
    }

    /** Returns whether there is nothing to rewrite. */
    public boolean isEmpty() {
        return groups.isEmpty();
    }

    /** Returns bytes of the data files to read. */
    public long bytes() {
        return groups.stream().mapToLong(FileGroup::bytes).sum();
    }

    /** Returns bytes that tags keep stored after the rewrite. */
    public long pinnedBytes() {
        return groups.stream().mapToLong(FileGroup::pinnedBytes).sum();
    }

    /** Returns data files to read. */
    public int files() {
        return groups.stream().mapToInt(group -> group.files().size()).sum();
    }

    /** Returns the plan for a person to read, a line for each group. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append("%s: %s%n".formatted(table, isEmpty() ? "nothing to do" : summary()));
        groups.forEach(group -> text.append("  ").append(line(group)).append(System.lineSeparator()));
        deferred.forEach(
                group -> text.append("  over budget: ").append(line(group)).append(System.lineSeparator()));
        leftAlone.forEach(left -> text.append("  left alone: %d files, %s: %s%n"
                .formatted(left.files(), ByteSizes.text(left.bytes()), left.reason())));
        return text.toString();
    }

    private String summary() {
        return "%d groups, %d files, %s%s"
                .formatted(groups.size(), files(), ByteSizes.text(bytes()), pinned(pinnedBytes()));
    }

    private String line(FileGroup group) {
        String place = group.partitionName().isEmpty() ? "" : group.partitionName() + ": ";
        return "%s%s, %d files to %d, %s%s"
                .formatted(
                        place,
                        why(group),
                        group.files().size(),
                        rules.filesFor(group.bytes()),
                        ByteSizes.text(group.bytes()),
                        pinned(group.pinnedBytes()));
    }

    private static String why(FileGroup group) {
        return switch (group.reason()) {
            case OVERLAP -> "overlap, %d deep".formatted(group.depth());
            case DELETES -> "deletes, %s of the rows".formatted(percent(group));
            case SMALL_FILES -> "small files";
            case OLD_PARTITIONS -> "old partitions";
        };
    }

    private static String percent(FileGroup group) {
        return String.format(Locale.ROOT, "%.0f%%", 100.0 * group.deletedRows() / Math.max(1, group.rows()));
    }

    private static String pinned(long bytes) {
        return bytes == 0 ? "" : ", of which a tag keeps " + ByteSizes.text(bytes);
    }
}
