package io.firn.catalog;

import java.util.List;

/** The columns that a change log has beside its table's own. */
public final class ChangeLogColumns {
    /** The row before the change, as a struct; null when the source did not send it. */
    public static final String BEFORE = "_before";
    /** Names of the columns that the change altered; null when the row before is not known. */
    public static final String CHANGED = "_changed";
    /** Debezium's letter: {@code r} read, {@code c} create, {@code u} update, {@code d} delete, {@code t} truncate. */
    public static final String OPERATION = "_op";
    /** The change's log sequence number. */
    public static final String LSN = "_lsn";
    /** The source transaction; null in a snapshot. */
    public static final String TRANSACTION = "_tx_id";
    /** The change's place in its transaction, from 1; null when the source does not number them. */
    public static final String TRANSACTION_ORDER = "_tx_order";
    /** When the source committed the change. */
    public static final String SOURCE_TIME = "_source_ts";
    /** When the change was written to the lake. */
    public static final String INGESTED_AT = "_ingested_at";
    /** The number of the cut that brought the change. */
    public static final String CUT = "_cut";
    /** The topic the change came from. */
    public static final String TOPIC = "_topic";
    /** The partition of the topic. */
    public static final String PARTITION = "_partition";
    /** The offset in the partition. */
    public static final String OFFSET = "_offset";

    /** All of them, in the order of the table. */
    public static final List<String> ALL = List.of(
            BEFORE,
            CHANGED,
            OPERATION,
            LSN,
            TRANSACTION,
            TRANSACTION_ORDER,
            SOURCE_TIME,
            INGESTED_AT,
            CUT,
            TOPIC,
            PARTITION,
            OFFSET);

    private ChangeLogColumns() {}
}
