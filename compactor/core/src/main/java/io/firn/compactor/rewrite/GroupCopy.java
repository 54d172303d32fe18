package io.firn.compactor.rewrite;

import io.firn.compactor.layout.KeySpans;
import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.layout.PlacedFile;
import io.firn.compactor.layout.SortKey;
import io.firn.compactor.plan.Clustering;
import io.firn.compactor.plan.FileGroup;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.RowGroupJoin;
import io.firn.workbench.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;

/**
 * Joins the files of a group without decoding them, where neither their rows nor the order of these change. Every
 * copied byte is compared with what it was copied from; the row lineage, which is written anew, is compared by digest.
 */
final class GroupCopy {
    private final Table table;
    private final Workbench workbench;
    private final String operationId;
    private final ParquetOut out;
    private final Hooks hooks;

    GroupCopy(Table table, Workbench workbench, String operationId, ParquetOut out, Hooks hooks) {
        this.table = table;
        this.workbench = workbench;
        this.operationId = operationId;
        this.out = out;
        this.hooks = hooks;
    }

    /** Returns empty, with nothing written, when the group has to be decoded. */
    Optional<GroupRewrite.Outcome> run(FileGroup group) {
        return inOrder(group)
                .flatMap(files -> join(group, files))
                .map(joined -> proven(joined, new RewrittenGroup(operationId, group, joined.files())));
    }

    private Optional<RowGroupJoin.Joined> join(FileGroup group, List<LiveFile> files) {
        PartitionSpec spec = Objects.requireNonNull(table.specs().get(group.specId()));
        return new RowGroupJoin(table, workbench, out)
                .join(
                        files.stream().map(LiveFile::file).toList(),
                        spec,
                        spec.isPartitioned() ? group.partition() : null,
                        SortKey.of(table).apart(files)
                                ? (Integer) table.sortOrder().orderId()
                                : null,
                        path -> hooks.written(path.toString()));
    }

    /** The files as they follow each other; empty when a row must go, or would have to change its place. */
    private Optional<List<LiveFile>> inOrder(FileGroup group) {
        boolean whole = group.files().stream().allMatch(file -> file.deletes().isEmpty());
        boolean clustered = !Clustering.columns(table).isEmpty();
        if (!whole || clustered || group.specId() != table.spec().specId()) {
            return Optional.empty();
        }
        if (table.sortOrder().isUnsorted()) {
            return Optional.of(group.files());
        }
        boolean sorted = group.files().stream()
                .allMatch(file -> Objects.equals(
                        file.file().sortOrderId(), table.sortOrder().orderId()));
        return sorted ? withoutOverlap(group.files()) : Optional.empty();
    }

    private Optional<List<LiveFile>> withoutOverlap(List<LiveFile> files) {
        List<PlacedFile> placed = new ArrayList<>(KeySpans.place(files, SortKey.of(table)));
        if (placed.stream().anyMatch(file -> file.span() == null)) {
            return Optional.empty();
        }
        placed.sort((left, right) -> Integer.compare(from(left), from(right)));
        for (int i = 1; i < placed.size(); i++) {
            if (Objects.requireNonNull(placed.get(i - 1).span()).to() > from(placed.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(placed.stream().map(PlacedFile::file).toList());
    }

    private static int from(PlacedFile file) {
        return Objects.requireNonNull(file.span()).from();
    }

    private static GroupRewrite.Outcome proven(RowGroupJoin.Joined joined, RewrittenGroup rewritten) {
        List<String> failures = new ArrayList<>(joined.differences());
        long written = joined.files().stream().mapToLong(DataFile::recordCount).sum();
        if (written != rewritten.group().rows()) {
            failures.add("rows: %d before, %d after".formatted(rewritten.group().rows(), written));
        }
        return new GroupRewrite.Outcome(rewritten, failures);
    }
}
