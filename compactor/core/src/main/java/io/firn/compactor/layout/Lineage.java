package io.firn.compactor.layout;

import io.firn.workbench.Scan;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.types.Types.NestedField;

/** Whether rows have an identity that a rewrite must keep: from format version 3 on. */
public enum Lineage {
    PRESENT,
    ABSENT;

    private static final int FIRST_VERSION = 3;

    /** Returns whether rows of a table have it. */
    public static Lineage of(Table table) {
        return TableUtil.formatVersion(table) >= FIRST_VERSION ? PRESENT : ABSENT;
    }

    /** Returns the names of a table's columns. */
    public static List<String> userColumns(Table table) {
        return table.schema().columns().stream().map(NestedField::name).toList();
    }

    /** Returns the names of all columns that a rewritten file has. */
    public List<String> fileColumns(Table table) {
        List<String> columns = new ArrayList<>(userColumns(table));
        columns.addAll(virtualColumns());
        return columns;
    }

    /** Returns the names of the columns that hold the identity; none when there is none. */
    public List<String> virtualColumns() {
        return this == PRESENT ? List.of(Scan.ROW_ID, Scan.SEQUENCE_NUMBER) : List.of();
    }
}
