package io.firn.catalog;

import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * The table of what applications say about their transactions: which user, for which reason. A remark belongs to the
 * changes of the same transaction and commit time; one that is there twice is one.
 */
public final class TransactionRemarks {
    /** The table's name in the lake; it is there when something was said. */
    public static final String TABLE = "firn_transactions";

    /** The transaction, as in {@link ChangeLogColumns#TRANSACTION}. */
    public static final String TRANSACTION = "tx_id";
    /** When the source committed it, as in {@link ChangeLogColumns#SOURCE_TIME}. */
    public static final String COMMITTED_AT = "committed_at";
    /** The remark's log sequence number. */
    public static final String LSN = "lsn";
    /** What the remark is about, such as {@code user}. */
    public static final String NAME = "name";
    /** What it says. */
    public static final String VALUE = "value";
    /** The number of the cut that it came with. */
    public static final String CUT = "cut";

    /** The columns. */
    public static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, TRANSACTION, Types.LongType.get()),
            Types.NestedField.required(2, COMMITTED_AT, Types.TimestampType.withZone()),
            Types.NestedField.required(3, LSN, Types.LongType.get()),
            Types.NestedField.required(4, NAME, Types.StringType.get()),
            Types.NestedField.required(5, VALUE, Types.StringType.get()),
            Types.NestedField.required(6, CUT, Types.LongType.get()));

    private TransactionRemarks() {}
}
