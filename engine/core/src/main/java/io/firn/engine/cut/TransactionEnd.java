package io.firn.engine.cut;

import java.util.Map;

/**
 * What Debezium says at the end of a transaction.
 *
 * @param transaction the transaction's id, without the log sequence number Debezium appends to it
 * @param commitLsn the log sequence number after its commit record
 * @param committedMicros the source's commit time in microseconds since the epoch
 * @param events how many changes it made, by source table ({@code public.product})
 * @param messages how many logical messages it emitted
 */
public record TransactionEnd(
        long transaction, long commitLsn, long committedMicros, Map<String, Long> events, long messages) {
    public TransactionEnd {
        events = Map.copyOf(events);
    }

    /** @return the same, committed at another time */
    TransactionEnd at(long micros) {
        return micros == committedMicros ? this : new TransactionEnd(transaction, commitLsn, micros, events, messages);
    }
}
