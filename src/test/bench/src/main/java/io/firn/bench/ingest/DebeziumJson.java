package io.firn.bench.ingest;

/**
 * Writes messages as Debezium 3.6's PostgreSQL connector does with {@code provide.transaction.metadata}, full before
 * images and the JSON converter. One instance serves one thread.
 */
final class DebeziumJson {

    static final String TABLE = "public.product";

    private static final int CAPTURE_DELAY_MICROS = 25_000;
    private static final long SNAPSHOT_MICROS = Product.STARTED_MICROS - 60_000_000;
    private static final long SNAPSHOT_XID = 999;

    private static final byte[] NULL = Bytes.utf8("null");
    private static final byte[] KEY = Bytes.utf8("{\"product_id\":");
    private static final byte[] BEFORE = Bytes.utf8("{\"before\":");
    private static final byte[] AFTER = Bytes.utf8(",\"after\":");
    private static final byte[] SNAPSHOT = Bytes.utf8(",\"snapshot\":\"");
    private static final byte[] NOT_SNAPSHOT = Bytes.utf8("false");
    private static final byte[] SEQUENCE = Bytes.utf8("\",\"db\":\"shop\",\"sequence\":\"[");
    private static final byte[] QUOTE = Bytes.utf8("\\\"");
    private static final byte[] NEXT_QUOTE = Bytes.utf8("\\\",\\\"");
    private static final byte[] NO_SEQUENCE = Bytes.utf8("null,\\\"");
    private static final byte[] TS_US = Bytes.utf8(",\"ts_us\":");
    private static final byte[] SEQUENCE_END = Bytes.utf8("\\\"]\"");
    private static final byte[] TS_NS = Bytes.utf8(",\"ts_ns\":");
    private static final byte[] SCHEMA = Bytes.utf8(",\"schema\":\"public\",\"table\":\"product\",\"txId\":");
    private static final byte[] LSN = Bytes.utf8(",\"lsn\":");
    private static final byte[] SOURCE_END = Bytes.utf8(",\"xmin\":null,\"origin\":null,\"origin_lsn\":null}");
    private static final byte[] TRANSACTION = Bytes.utf8(",\"transaction\":{\"id\":\"");
    private static final byte[] NO_TRANSACTION = Bytes.utf8(",\"transaction\":null");
    private static final byte[] TOTAL_ORDER = Bytes.utf8("\",\"total_order\":");
    private static final byte[] TABLE_ORDER = Bytes.utf8(",\"data_collection_order\":");
    private static final byte[] OP = Bytes.utf8(",\"op\":\"");
    private static final byte[] TS_MS = Bytes.utf8("\",\"ts_ms\":");
    private static final byte[] NANOS = Bytes.utf8("000");

    private final Decimals decimals;
    private final byte[] source;
    private final Schemas.Frame keyFrame;
    private final Schemas.Frame valueFrame;
    private final Schemas.Frame transactionKeyFrame;
    private final Schemas.Frame transactionFrame;
    private final Bytes out = new Bytes();

    DebeziumJson(String prefix, Decimals decimals, Schemas schemas) {
        this.decimals = decimals;
        this.source = Bytes.utf8(
                ",\"source\":{\"version\":\"3.6.1.Final\",\"connector\":\"postgresql\",\"name\":\"%s\",\"ts_ms\":"
                        .formatted(prefix));
        this.keyFrame = schemas.frame(ConnectSchemas.key(prefix));
        this.valueFrame = schemas.frame(ConnectSchemas.value(prefix, decimals));
        this.transactionKeyFrame = schemas.frame(ConnectSchemas.TRANSACTION_KEY);
        this.transactionFrame = schemas.frame(ConnectSchemas.TRANSACTION_VALUE);
    }

    byte[] key(int productId) {
        open(keyFrame).put(KEY).put(productId).put('}');
        return close(keyFrame);
    }

    /**
     * A row of the snapshot; {@code marker} says whether it is the first, the last or any: {@code first}, {@code true}.
     */
    byte[] row(int productId, byte[] marker) {
        open(valueFrame).put(BEFORE).put(NULL).put(AFTER);
        Product.json(out, productId, Product.SNAPSHOT, decimals);
        source(SNAPSHOT_MICROS, marker);
        out.put(NO_SEQUENCE).put(Workload.SNAPSHOT_LSN);
        sourceEnd(SNAPSHOT_MICROS, SNAPSHOT_XID, Workload.SNAPSHOT_LSN);
        out.put(NO_TRANSACTION);
        operation('r', SNAPSHOT_MICROS);
        return close(valueFrame);
    }

    byte[] change(Change change) {
        Transaction transaction = change.transaction();
        open(valueFrame).put(BEFORE);
        before(change);
        out.put(AFTER);
        after(change);
        source(transaction.committedMicros(), NOT_SNAPSHOT);
        out.put(QUOTE).put(transaction.previousLsn()).put(NEXT_QUOTE).put(change.lsn());
        sourceEnd(transaction.committedMicros(), transaction.xid(), change.lsn());
        out.put(TRANSACTION).put(transaction.xid()).put(':').put(change.lsn());
        out.put(TOTAL_ORDER)
                .put(change.order())
                .put(TABLE_ORDER)
                .put(change.order())
                .put('}');
        operation(change.kind().letter, transaction.committedMicros());
        return close(valueFrame);
    }

    byte[] beginKey(Transaction transaction) {
        return transactionKey(transaction.xid(), transaction.previousLsn());
    }

    byte[] begin(Transaction transaction) {
        return transaction(
                """
                {"status":"BEGIN","id":"%d:%d","event_count":null,"data_collections":null,"ts_ms":%d}""".formatted(transaction.xid(), transaction.previousLsn(), transaction.committedMicros() / 1000));
    }

    byte[] endKey(Transaction transaction) {
        return transactionKey(transaction.xid(), transaction.commitLsn());
    }

    byte[] end(Transaction transaction) {
        return transaction("""
                {"status":"END","id":"%d:%d","event_count":%d,"data_collections":[{"data_collection":"%s",\
                "event_count":%d}],"ts_ms":%d}""".formatted(
                        transaction.xid(),
                        transaction.commitLsn(),
                        transaction.changes(),
                        TABLE,
                        transaction.changes(),
                        transaction.committedMicros() / 1000));
    }

    private byte[] transactionKey(long xid, long lsn) {
        open(transactionKeyFrame).put(Bytes.utf8("{\"id\":\"%d:%d\"}".formatted(xid, lsn)));
        return close(transactionKeyFrame);
    }

    private byte[] transaction(String json) {
        open(transactionFrame).put(Bytes.utf8(json));
        return close(transactionFrame);
    }

    private void before(Change change) {
        if (change.kind() == Change.Kind.INSERT) {
            out.put(NULL);
        } else {
            Product.json(out, change.productId(), change.before(), decimals);
        }
    }

    private void after(Change change) {
        if (change.kind() == Change.Kind.DELETE) {
            out.put(NULL);
        } else {
            Product.json(out, change.productId(), change.number(), decimals);
        }
    }

    private void source(long micros, byte[] snapshot) {
        out.put(source).put(micros / 1000).put(SNAPSHOT).put(snapshot).put(SEQUENCE);
    }

    private void sourceEnd(long micros, long xid, long lsn) {
        out.put(SEQUENCE_END).put(TS_US).put(micros).put(TS_NS).put(micros).put(NANOS);
        out.put(SCHEMA).put(xid).put(LSN).put(lsn).put(SOURCE_END);
    }

    private void operation(char letter, long committedMicros) {
        long captured = committedMicros + CAPTURE_DELAY_MICROS;
        out.put(OP).put(letter).put(TS_MS).put(captured / 1000).put(TS_US).put(captured);
        out.put(TS_NS).put(captured).put(NANOS).put('}');
    }

    private Bytes open(Schemas.Frame frame) {
        out.clear();
        return out.put(frame.before);
    }

    private byte[] close(Schemas.Frame frame) {
        return out.put(frame.after).toArray();
    }
}
