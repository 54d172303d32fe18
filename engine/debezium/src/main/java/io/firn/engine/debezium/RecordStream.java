package io.firn.engine.debezium;

import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns what Debezium sends into the stream that is delivered: one sequence of offsets over all topics, the same for
 * the same place in PostgreSQL's log whenever it is read, and known places between transactions.
 *
 * <p>After a connection was lost it takes the records since the last such place a second time, and lets none through
 * that it has let through before.
 */
final class RecordStream {
    private static final String COMMIT_LSN = "lsn_commit";

    /** Takes a record, and may make the caller wait. */
    @FunctionalInterface
    interface Sink {
        void put(Delivery delivery) throws InterruptedException;
    }

    /** Is asked before the first change after {@code place} is delivered whether it is the one that comes next. */
    @FunctionalInterface
    interface Check {
        void after(PostgresPosition place);
    }

    private final PostgresSettings settings;
    private final Sink sink;
    private final Check check;
    private final RecordJson json = new RecordJson();
    private @Nullable SnapshotTransaction snapshot;
    private PostgresPosition place;
    private long next;
    private long delivered;
    private boolean inTransaction;
    private boolean snapshotBegun;
    private boolean streaming;

    RecordStream(PostgresSettings settings, PostgresPosition place, Sink sink, Check check) {
        this.settings = settings;
        this.sink = sink;
        this.check = check;
        this.place = place;
        this.next = place.next();
        this.delivered = place.next();
    }

    /** @return the last place between two transactions that everything before it was delivered */
    PostgresPosition place() {
        return place;
    }

    /** @return how far the stream has been delivered */
    long delivered() {
        return delivered;
    }

    /** Expects what comes after {@link #place()}, again. */
    void restart(@Nullable SnapshotTransaction first) {
        snapshot = first;
        next = place.next();
        inTransaction = false;
        snapshotBegun = false;
        streaming = false;
    }

    void accept(SourceRecord record) throws InterruptedException {
        SnapshotTransaction open = snapshot;
        boolean inSnapshot = record.sourceOffset().containsKey("snapshot");
        if (open != null && !snapshotBegun) {
            snapshotBegun = true;
            for (var truncate : open.begin(record.sourceOffset(), next)) {
                deliver(new Delivery(truncate, 0));
            }
        }
        if (open != null && inSnapshot) {
            row(record, open);
        } else {
            if (open != null) {
                end(open);
            }
            if (!record.topic().equals(settings.heartbeatTopic())) {
                change(record);
            }
        }
    }

    private void row(SourceRecord record, SnapshotTransaction open) throws InterruptedException {
        if (record.topic().equals(settings.heartbeatTopic())) {
            return;
        }
        Struct value = (Struct) record.value();
        open.join(value);
        deliver(record, 0);
        if ("last".equals(value.getStruct("source").getString("snapshot"))) {
            end(open);
        }
    }

    private void end(SnapshotTransaction open) throws InterruptedException {
        deliver(new Delivery(open.end(next), open.lsn()));
        snapshot = null;
    }

    private void change(SourceRecord record) throws InterruptedException {
        if (!streaming) {
            check.after(place);
            streaming = true;
        }
        if (record.value() instanceof Struct value) {
            if (value.schema().field("source") != null) {
                completeSequence(value.getStruct("source"));
            }
            deliver(record, completeTo(record, value));
        } else {
            deliver(record, 0);
        }
    }

    /** Debezium does not know which commit came before the first transaction that it streams after a snapshot. */
    private void completeSequence(Struct source) {
        String sequence = source.getString("sequence");
        if (sequence != null && sequence.startsWith("[null")) {
            source.put("sequence", "[\"" + place.lsn() + "\"" + sequence.substring("[null".length()));
        }
    }

    private long completeTo(SourceRecord record, Struct value) {
        boolean complete = false;
        if (record.topic().equals(settings.transactionTopic())) {
            complete = "END".equals(value.getString("status"));
            inTransaction = !complete;
        } else if (record.topic().equals(settings.messageTopic())) {
            complete = !inTransaction && value.getStruct("transaction") == null;
        }
        Object lsn = record.sourceOffset().get(COMMIT_LSN);
        return complete && lsn instanceof Long known && known > place.lsn() ? known : 0;
    }

    private void deliver(SourceRecord record, long completeTo) throws InterruptedException {
        if (next < delivered) {
            passed(completeTo);
        } else {
            deliver(new Delivery(json.convert(record, next), completeTo));
        }
    }

    private void deliver(Delivery delivery) throws InterruptedException {
        sink.put(delivery);
        delivered = next + 1;
        passed(delivery.completeTo());
    }

    private void passed(long completeTo) {
        next++;
        if (completeTo > 0) {
            place = new PostgresPosition(completeTo, next);
        }
    }
}
