package io.firn.engine.buffer;

import io.firn.workbench.DuckTypes;
import io.firn.workbench.Sql;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Types.NestedField;

/**
 * How a buffer's columns are named: {@code b0, b1, …} before the change, {@code a0, a1, …} after it, then what the
 * change is.
 */
public final class BufferColumns {
    /** Debezium's letter. */
    public static final String OPERATION = "op";
    /** Log sequence number. */
    public static final String LSN = "lsn";
    /** Transaction id, or null. */
    public static final String TRANSACTION = "tx";
    /** Place in the transaction, or null. */
    public static final String ORDER = "ord";
    /** Source commit time. */
    public static final String SOURCE_TIME = "ts";
    /** Whether the source sent the row before the change. */
    public static final String HAS_BEFORE = "has_before";
    /** Columns that the source left out, or null. */
    public static final String UNAVAILABLE = "unavailable";
    /** Partition of the topic. */
    public static final String PARTITION = "part";
    /** Offset in the partition. */
    public static final String OFFSET = "off";

    private BufferColumns() {}

    /** @return the name of a column's value before the change */
    public static String before(int slot) {
        return "b" + slot;
    }

    /** @return the name of a column's value after the change */
    public static String after(int slot) {
        return "a" + slot;
    }

    static String declaration(List<NestedField> columns) {
        return declared(columns, "b") + ", " + declared(columns, "a")
                + ", op VARCHAR, lsn BIGINT, tx BIGINT, ord BIGINT, ts TIMESTAMPTZ, has_before BOOLEAN,"
                + " unavailable VARCHAR[], part INTEGER, off BIGINT";
    }

    private static String declared(List<NestedField> columns, String prefix) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> prefix + i + " " + DuckTypes.of(columns.get(i).type()))
                .collect(Collectors.joining(", "));
    }

    /** @return {@code a0 AS "product_id", a1 AS "title", …} with a table alias before each column */
    public static String renamed(List<NestedField> columns, String prefix, String alias) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> alias + "." + prefix + i + " AS "
                        + Sql.identifier(columns.get(i).name()))
                .collect(Collectors.joining(", "));
    }
}
