package io.firn.compactor.layout;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;

/** The leading fields of a table's sort order whose place in a file can be told from the file's metadata. */
public final class SortKey {
    private final List<SortKeyColumn> columns;

    private SortKey(List<SortKeyColumn> columns) {
        this.columns = List.copyOf(columns);
    }

    /** Returns the key by which a table is sorted now. */
    public static SortKey of(Table table) {
        return of(table.schema(), table.sortOrder(), MetricsConfig.forTable(table));
    }

    /** Returns the key of an order; columns whose bounds are not kept cut it short. */
    public static SortKey of(Schema schema, SortOrder order, MetricsConfig metrics) {
        List<SortKeyColumn> columns = new ArrayList<>();
        for (SortField field : order.fields()) {
            NestedField source = schema.findField(field.sourceId());
            SortKeyColumn column = source == null
                    ? null
                    : SortKeyColumn.of(field, source.type(), metrics.columnMode(source.fieldId()));
            if (column == null) {
                break;
            }
            columns.add(column);
        }
        return new SortKey(columns);
    }

    /** Returns the most significant first; empty when there is no order to be seen in metadata. */
    List<SortKeyColumn> columns() {
        return columns;
    }

    /** Returns ids of the columns whose bounds are needed. */
    public Set<Integer> fieldIds() {
        return columns.stream().map(SortKeyColumn::fieldId).collect(Collectors.toSet());
    }

    /** Returns the bounds of the leading columns for which the file's metadata has them. */
    List<SortKeyColumn.Bounds> bounds(DataFile file) {
        List<SortKeyColumn.Bounds> bounds = new ArrayList<>();
        for (SortKeyColumn column : columns) {
            SortKeyColumn.Bounds one = column.bounds(file);
            if (one == null) {
                break;
            }
            bounds.add(one);
        }
        return bounds;
    }

    /**
     * Returns whether each file's rows surely come after those of the one before it, by the first column alone: bounds
     * that are cut, or shared by two files, leave it open.
     */
    public boolean apart(List<LiveFile> files) {
        if (columns.isEmpty() || columns.get(0).cuts()) {
            return false;
        }
        SortKeyColumn first = columns.get(0);
        for (int i = 1; i < files.size(); i++) {
            SortKeyColumn.Bounds before = first.bounds(files.get(i - 1).file());
            SortKeyColumn.Bounds after = first.bounds(files.get(i).file());
            if (before == null || after == null || first.order().compare(before.last(), after.first()) >= 0) {
                return false;
            }
        }
        return true;
    }
}
