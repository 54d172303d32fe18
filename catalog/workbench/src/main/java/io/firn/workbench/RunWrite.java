package io.firn.workbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.jspecify.annotations.Nullable;

/**
 * One sorted run of files in one partition.
 *
 * <p>DuckDB keeps a strict order only in a single file, and only there it encodes with all its threads. So it writes
 * one, however large, and that is cut between row groups, which costs a copy of bytes. The copy gets the bloom filters
 * that the table is to have, since DuckDB makes them for columns of few values only. A file that Iceberg's own writer
 * made is cut in the same way.
 */
final class RunWrite {
    private final ParquetOut out;
    private final PartitionSpec spec;
    private final @Nullable StructLike partition;

    RunWrite(ParquetOut out, PartitionSpec spec, @Nullable StructLike partition) {
        this.out = out;
        this.spec = spec;
        this.partition = partition;
    }

    /** Writes a local file, and nothing else. */
    interface Whole {
        /** @return rows in it; when there are none, there may be a file or not */
        long write(Path file) throws SQLException, IOException;
    }

    /** @param orderBy as after ORDER BY; null for the table's sort order */
    List<DataFile> run(Connection connection, String relation, @Nullable String orderBy) {
        Schema schema = out.table().schema();
        SortOrder order = out.table().sortOrder();
        String by = orderBy == null ? SortOrders.sql(order, schema) : orderBy;
        Integer sortOrder =
                orderBy == null && SortOrders.sameInDuckDb(order, schema) ? (Integer) order.orderId() : null;
        return SortRanges.write(
                out,
                connection,
                relation,
                orderBy == null ? order : SortOrder.unsorted(),
                (rows, rowGroups) -> run(
                        file -> {
                            String select = sorted(connection, rows, by);
                            return out.copy(connection, out.shape(connection, select), select, file, rowGroups);
                        },
                        sortOrder));
    }

    private static String sorted(Connection connection, String relation, String by) throws SQLException {
        return by.isEmpty()
                ? "SELECT * FROM " + relation
                : "SELECT * FROM %s ORDER BY %s".formatted(Unions.sortable(connection, relation), by);
    }

    /**
     * Makes a run of files of one that is written in order, however large.
     *
     * @param sortOrder the id of the sort order that its order is; null when it is none
     */
    List<DataFile> run(Whole writer, @Nullable Integer sortOrder) {
        ParquetOut.Target whole = out.newTarget(spec, partition);
        try {
            if (writer.write(whole.file()) == 0) {
                Files.deleteIfExists(whole.file());
                return List.of();
            }
            int files = FileSettings.filesFor(
                    Files.size(whole.file()), out.settings().targetBytes());
            Set<Integer> filtered = KeyFilters.columns(out.table());
            return files == 1 && filtered.isEmpty()
                    ? List.of(out.publish(spec, partition, whole, sortOrder))
                    : cut(whole.file(), files, filtered, sortOrder);
        } catch (SQLException e) {
            ParquetOut.abandon(whole.file());
            throw DuckFailures.translate(out.doing(), e);
        } catch (IOException e) {
            ParquetOut.abandon(whole.file());
            throw out.failed(e);
        } catch (RuntimeException e) {
            ParquetOut.abandon(whole.file());
            throw e;
        }
    }

    private List<DataFile> cut(Path whole, int files, Set<Integer> filtered, @Nullable Integer sortOrder)
            throws IOException {
        List<ParquetOut.Target> written = new ArrayList<>();
        List<DataFile> described = new ArrayList<>();
        try (RowGroupCut source = RowGroupCut.open(whole, filtered)) {
            for (RowGroupCut.Part part : source.parts(files)) {
                ParquetOut.Target target = out.newTarget(spec, partition);
                written.add(target);
                source.write(part, target.file());
                described.add(out.publish(spec, partition, target, sortOrder));
            }
        } catch (IOException | RuntimeException e) {
            written.forEach(target -> ParquetOut.abandon(target.file()));
            throw e;
        }
        Files.delete(whole);
        return described;
    }
}
