package io.firn.compactor;

import io.firn.workbench.DuckFailures;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.RowGroupJoin;
import io.firn.workbench.Scan;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.duckdb.DuckDBConnection;

/**
 * Joins the files of a group without decoding them, where neither their rows nor the order of these change. Every
 * copied byte is compared with what it was copied from; the row lineage, which is written anew, is compared by digest.
 */
final class GroupCopy {
    private static final String INPUT = "firn:copy:input";
    private static final String OUTPUT = "firn:copy:output";

    private final Table table;
    private final Workbench workbench;
    private final ParquetOut out;
    private final Hooks hooks;

    GroupCopy(Table table, Workbench workbench, ParquetOut out, Hooks hooks) {
        this.table = table;
        this.workbench = workbench;
        this.out = out;
        this.hooks = hooks;
    }

    /** Returns empty, with nothing written, when the group has to be decoded. */
    Optional<GroupRewrite.Outcome> run(FileGroup group, long snapshotId) {
        Optional<List<LiveFile>> inOrder = inOrder(group);
        return inOrder.flatMap(files -> join(group, files))
                .map(joined -> proven(joined, new RewrittenGroup(group, joined.files()), snapshotId));
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
        if (!whole || group.specId() != table.spec().specId()) {
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

    private GroupRewrite.Outcome proven(RowGroupJoin.Joined joined, RewrittenGroup rewritten, long snapshotId) {
        List<String> failures = new ArrayList<>(joined.differences());
        long written = joined.files().stream().mapToLong(DataFile::recordCount).sum();
        if (written != rewritten.group().rows()) {
            failures.add("rows: %d before, %d after".formatted(rewritten.group().rows(), written));
        }
        if (Lineage.of(table) == Lineage.PRESENT) {
            lineageFailure(rewritten, snapshotId).ifPresent(failures::add);
        }
        return new GroupRewrite.Outcome(rewritten, failures);
    }

    private Optional<String> lineageFailure(RewrittenGroup rewritten, long snapshotId) {
        Scan scan = new Scan(
                table,
                snapshotId,
                table.schema(),
                List.of(Scan.ROW_ID, Scan.SEQUENCE_NUMBER),
                Expressions.alwaysTrue());
        try (DuckDBConnection connection = workbench.duck().connect();
                TableView input = workbench.view(
                        connection,
                        INPUT,
                        scan,
                        rewritten.group().files().stream()
                                .map(file -> Tasks.of(table, file))
                                .toList());
                TableView output = workbench.view(
                        connection,
                        OUTPUT,
                        scan,
                        rewritten.outputs().stream()
                                .map(file -> Tasks.of(table, file))
                                .toList())) {
            String before = Fingerprint.lineage(connection, input.name());
            String after = Fingerprint.lineage(connection, output.name());
            return before.equals(after)
                    ? Optional.empty()
                    : Optional.of("lineage digest: %s before, %s after".formatted(before, after));
        } catch (SQLException e) {
            Discard.dataFiles(table, rewritten.outputs());
            throw DuckFailures.translate("compacting " + table.name(), e);
        } catch (RuntimeException e) {
            Discard.dataFiles(table, rewritten.outputs());
            throw e;
        }
    }
}
