package io.firn.workbench;

import java.util.stream.Collectors;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.types.Type.TypeID;

/** A table's sort order as SQL. */
public final class SortOrders {
    private SortOrders() {}

    /** Returns what follows ORDER BY; empty for an unsorted order. */
    public static String sql(SortOrder order, Schema schema) {
        return order.fields().stream().map(field -> term(field, schema)).collect(Collectors.joining(", "));
    }

    private static String term(SortField field, Schema schema) {
        String expression = Transforms.sql(field.transform(), Partitions.topLevel(schema, field.sourceId()));
        return expression
                + (field.direction() == SortDirection.ASC ? " ASC" : " DESC")
                + (field.nullOrder() == NullOrder.NULLS_FIRST ? " NULLS FIRST" : " NULLS LAST");
    }

    /**
     * Returns whether DuckDB's order of the columns is Iceberg's; it is not for floating point, where Iceberg puts -0
     * before 0.
     */
    static boolean sameInDuckDb(SortOrder order, Schema schema) {
        return order.isSorted()
                && order.fields().stream()
                        .map(field -> Partitions.topLevel(schema, field.sourceId())
                                .type()
                                .typeId())
                        .noneMatch(type -> type == TypeID.FLOAT || type == TypeID.DOUBLE || type == TypeID.UUID);
    }
}
