package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * What to show of a table.
 *
 * @param snapshotId null for a table without snapshots, which has no rows
 * @param schema the columns' names and types; a column that files do not have reads as its initial default, or null
 * @param columns names of columns of the schema and of virtual columns ({@link #ROW_ID}, {@link #SEQUENCE_NUMBER},
 *     {@link #FILE}, {@link #POSITION})
 * @param filter which files to read; rows are not filtered by it
 */
public record Scan(Table table, @Nullable Long snapshotId, Schema schema, List<String> columns, Expression filter) {
    /** The row's identity, kept through updates and compaction (format v3; null in v2). */
    public static final String ROW_ID = "_row_id";
    /** The sequence number of the commit that last changed the row (format v3). */
    public static final String SEQUENCE_NUMBER = "_last_updated_sequence_number";
    /** The location of the row's data file, as the table's metadata spells it. */
    public static final String FILE = "_file";
    /** The row's place in its data file, from 0. */
    public static final String POSITION = "_pos";

    private static final List<String> VIRTUAL = List.of(ROW_ID, SEQUENCE_NUMBER, FILE, POSITION);

    public Scan {
        columns = List.copyOf(columns);
        for (String column : columns) {
            requireColumn(table, schema, column);
        }
    }

    /** All columns of a table at a moment, without the virtual ones. */
    public static Scan of(Table table, AsOf moment) {
        return of(table, moment.resolve(table).map(Snapshot::snapshotId).orElse(null));
    }

    /** All columns of a table at a snapshot, without the virtual ones; at the head its current columns. */
    public static Scan of(Table table, @Nullable Long snapshotId) {
        Snapshot head = table.currentSnapshot();
        Schema schema = snapshotId == null || head == null || head.snapshotId() == snapshotId
                ? table.schema()
                : SnapshotUtil.schemaFor(table, snapshotId);
        return new Scan(table, snapshotId, schema, names(schema), Expressions.alwaysTrue());
    }

    private static List<String> names(Schema schema) {
        return schema.columns().stream().map(NestedField::name).toList();
    }

    private static void requireColumn(Table table, Schema schema, String column) {
        if (!isVirtual(schema, column) && schema.asStruct().field(column) == null) {
            throw new FirnException(
                    ErrorCode.COLUMN_NOT_FOUND,
                    "table %s has no column %s (there are: %s)"
                            .formatted(
                                    table.name(), column, names(schema).stream().collect(Collectors.joining(", "))));
        }
    }

    /** A column of the table hides the virtual one of its name. */
    static boolean isVirtual(Schema schema, String column) {
        return VIRTUAL.contains(column) && schema.asStruct().field(column) == null;
    }

    /** The same with these columns only. */
    public Scan select(List<String> names) {
        return new Scan(table, snapshotId, schema, names, filter);
    }

    /** The same with further columns, such as {@link #ROW_ID}. */
    public Scan with(String... names) {
        List<String> more = new ArrayList<>(columns);
        more.addAll(List.of(names));
        return new Scan(table, snapshotId, schema, more, filter);
    }

    /** The same read with another schema of the table, such as its current one. */
    public Scan as(Schema other) {
        return new Scan(table, snapshotId, other, names(other), filter);
    }

    /** The same without files that hold no row for which the expression is true. */
    public Scan where(Expression expression) {
        return new Scan(table, snapshotId, schema, columns, Expressions.and(filter, expression));
    }
}
