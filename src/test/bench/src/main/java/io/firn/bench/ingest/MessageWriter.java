package io.firn.bench.ingest;

import org.jspecify.annotations.Nullable;

/**
 * Writes what happens as messages: changes to {@code <prefix>.public.product}, transactions to
 * {@code <prefix>.transaction}.
 */
final class MessageWriter implements Changes {

    private static final byte[] FIRST = Bytes.utf8("first");
    private static final byte[] MIDDLE = Bytes.utf8("true");
    private static final byte[] LAST = Bytes.utf8("last");

    private final MessageSink sink;
    private final String changeTopic;
    private final String transactionTopic;
    private final int lastSnapshotRow;
    private final DebeziumJson json;
    private long records;
    private long bytes;

    MessageWriter(MessageSink sink, Messages messages, int snapshotRows) {
        this.sink = sink;
        this.changeTopic = messages.changeTopic();
        this.transactionTopic = messages.transactionTopic();
        this.lastSnapshotRow = snapshotRows;
        this.json = new DebeziumJson(messages.prefix(), messages.decimals(), messages.schemas());
    }

    @Override
    public void row(int productId) {
        byte[] marker = productId == lastSnapshotRow ? LAST : productId == 1 ? FIRST : MIDDLE;
        send(changeTopic, json.key(productId), json.row(productId, marker));
    }

    @Override
    public void begin(Transaction transaction) {
        send(transactionTopic, json.beginKey(transaction), json.begin(transaction));
    }

    @Override
    public void change(Change change) {
        byte[] key = json.key(change.productId());
        send(changeTopic, key, json.change(change));
        if (change.kind() == Change.Kind.DELETE) {
            send(changeTopic, key, null);
        }
    }

    @Override
    public void end(Transaction transaction) {
        send(transactionTopic, json.endKey(transaction), json.end(transaction));
    }

    /** Number of messages, tombstones and transaction messages included. */
    long records() {
        return records;
    }

    /** Size of their keys and values. */
    long bytes() {
        return bytes;
    }

    private void send(String topic, byte[] key, byte @Nullable [] value) {
        sink.send(topic, key, value);
        records++;
        bytes += key.length + (value == null ? 0 : value.length);
    }
}
