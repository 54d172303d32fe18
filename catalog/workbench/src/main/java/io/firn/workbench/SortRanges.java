package io.firn.workbench;

import io.firn.catalog.FirnException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ranges of the first term of a sort order, as conditions: rows of one come before those of the next. Sorted one after
 * the other they take a part of the memory; DuckDB merges some 100,000 rows at a time, however wide they are.
 */
final class SortRanges {
    private static final Logger LOG = LoggerFactory.getLogger(SortRanges.class);
    private static final int RANGES = 8;
    /** Ranges of ranges of ranges are some thousand rows of tens of millions. */
    private static final int MOST_DIVISIONS = 3;

    private final ParquetOut out;
    private final Connection connection;
    private final SortOrder order;
    private final Writer writer;

    private SortRanges(ParquetOut out, Connection connection, SortOrder order, Writer writer) {
        this.out = out;
        this.connection = connection;
        this.order = order;
        this.writer = writer;
    }

    /** Writes some rows in the order. */
    interface Writer {
        List<DataFile> write(String relation, ParquetOut.RowGroups rowGroups) throws SQLException;
    }

    /**
     * Writes rows at once, and where memory is too short for that, a range at a time; a range that is still too large
     * is divided like all of them.
     *
     * @param relation what may follow FROM, more than once
     * @param order what the writer sorts by; unsorted when it is nothing that could be divided
     * @return the files, in order
     */
    static List<DataFile> write(
            ParquetOut out, Connection connection, String relation, SortOrder order, Writer writer) {
        if (order.isUnsorted()) {
            return write(out, relation, writer, ParquetOut.RowGroups.AS_MEMORY_ALLOWS);
        }
        return new SortRanges(out, connection, order, writer)
                .orByRanges(relation, ParquetOut.RowGroups.AS_WANTED, MOST_DIVISIONS);
    }

    private List<DataFile> orByRanges(String rows, ParquetOut.RowGroups rowGroups, int divisions) {
        try {
            return write(out, rows, writer, rowGroups);
        } catch (FirnException e) {
            List<String> ranges = divisions > 0 && DuckFailures.isOutOfMemory(e) ? ranges(rows) : List.of();
            if (ranges.size() < 2) {
                throw e;
            }
            LOG.info("{}: memory is short, rows are sorted in {} ranges", out.doing(), ranges.size());
            return byRanges(rows, ranges, divisions - 1);
        }
    }

    private List<String> ranges(String rows) {
        try {
            return of(connection, rows, order, out.table().schema());
        } catch (SQLException e) {
            throw DuckFailures.translate(out.doing(), e);
        }
    }

    private List<DataFile> byRanges(String rows, List<String> ranges, int divisions) {
        List<DataFile> files = new ArrayList<>();
        try {
            for (String range : ranges) {
                String part = "(SELECT * FROM %s WHERE %s)".formatted(rows, range);
                files.addAll(orByRanges(part, ParquetOut.RowGroups.AS_MEMORY_ALLOWS, divisions));
            }
            return files;
        } catch (RuntimeException e) {
            out.abandon(files);
            throw e;
        }
    }

    private static List<DataFile> write(
            ParquetOut out, String relation, Writer writer, ParquetOut.RowGroups rowGroups) {
        try {
            return writer.write(relation, rowGroups);
        } catch (SQLException e) {
            throw DuckFailures.translate(out.doing(), e);
        }
    }

    /**
     * @param order a sorted one
     * @return conditions of which each row meets exactly one, in the order of the rows; a single one when the first
     *     term has one value
     */
    static List<String> of(Connection connection, String relation, SortOrder order, Schema schema) throws SQLException {
        SortField first = order.fields().get(0);
        String term = Transforms.sql(first.transform(), Partitions.topLevel(schema, first.sourceId()));
        List<String> ranges = ValueRanges.of(connection, relation, term, RANGES);
        if (first.direction() == SortDirection.DESC) {
            Collections.reverse(ranges);
        }
        int nulls = first.nullOrder() == NullOrder.NULLS_FIRST ? 0 : ranges.size() - 1;
        ranges.set(nulls, "%s IS NULL OR %s".formatted(term, ranges.get(nulls)));
        return ranges;
    }
}
