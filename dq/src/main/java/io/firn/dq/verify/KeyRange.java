package io.firn.dq.verify;

import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Rows whose first key column lies between two numbers, both included.
 *
 * @param column null for all rows
 */
public record KeyRange(@Nullable String column, long from, long to) {
    /** All rows. */
    public static final KeyRange ALL = new KeyRange(null, Long.MIN_VALUE, Long.MAX_VALUE);

    /**
     * Divides a table by the bounds of its files into ranges of about so many rows, which together cover every number.
     * A table whose first key column is no whole number is one range.
     */
    public static List<KeyRange> divide(Table table, List<String> key, long rows) {
        NestedField field = table.schema().findField(key.get(0));
        Snapshot head = table.currentSnapshot();
        boolean isNumber =
                field.type().typeId() == Type.TypeID.LONG || field.type().typeId() == Type.TypeID.INTEGER;
        if (!isNumber || head == null) {
            return List.of(ALL);
        }
        Bounds bounds = Bounds.of(table, field);
        long parts = Math.max(1, (bounds.rows() + rows - 1) / rows);
        boolean least = field.type().typeId() == Type.TypeID.LONG;
        long first = least ? Long.MIN_VALUE : Integer.MIN_VALUE;
        long last = least ? Long.MAX_VALUE : Integer.MAX_VALUE;
        double width = ((double) bounds.greatest() - bounds.least() + 1) / parts;
        List<KeyRange> ranges = new ArrayList<>();
        long from = first;
        for (int i = 1; i < parts; i++) {
            long next = bounds.least() + (long) (width * i);
            if (next > from) {
                ranges.add(new KeyRange(field.name(), from, next - 1));
                from = next;
            }
        }
        ranges.add(new KeyRange(field.name(), from, last));
        return ranges;
    }

    private record Bounds(long least, long greatest, long rows) {
        static Bounds of(Table table, NestedField field) {
            long least = Long.MAX_VALUE;
            long greatest = Long.MIN_VALUE;
            long rows = 0;
            try (var files = table.newScan().includeColumnStats().planFiles()) {
                for (var task : files) {
                    rows += task.file().recordCount();
                    if (task.file().lowerBounds() != null
                            && task.file().lowerBounds().containsKey(field.fieldId())) {
                        least = Math.min(least, number(field, task.file().lowerBounds()));
                        greatest = Math.max(greatest, number(field, task.file().upperBounds()));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return least > greatest ? new Bounds(0, 0, rows) : new Bounds(least, greatest, rows);
        }

        private static long number(NestedField field, Map<Integer, ByteBuffer> bounds) {
            Number number = Conversions.fromByteBuffer(field.type(), bounds.get(field.fieldId()));
            return number.longValue();
        }
    }

    Scan in(Scan scan) {
        if (column == null) {
            return scan;
        }
        return scan.where(
                Expressions.and(Expressions.greaterThanOrEqual(column, from), Expressions.lessThanOrEqual(column, to)));
    }

    /** @param relation quoted */
    String of(String relation) {
        return column == null
                ? relation
                : "(SELECT * FROM %s WHERE %s BETWEEN %d AND %d) AS firn_range"
                        .formatted(relation, Sql.identifier(column), from, to);
    }
}
