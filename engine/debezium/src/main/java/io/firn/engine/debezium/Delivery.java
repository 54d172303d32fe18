package io.firn.engine.debezium;

import io.firn.engine.source.SourceRecord;

/**
 * A record on its way to {@link PostgresSource#poll}.
 *
 * @param completeTo when this record ends a transaction: the log sequence number up to which the stream is complete
 *     with it; 0 for any other record
 */
record Delivery(SourceRecord record, long completeTo) {
    private static final long OVERHEAD_BYTES = 120;

    /** @return roughly what the record takes in memory */
    long bytes() {
        byte[] key = record.key();
        byte[] value = record.value();
        return OVERHEAD_BYTES + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    }

    /** @return the place after this record; only for one that ends a transaction */
    PostgresPosition placeAfter() {
        return new PostgresPosition(completeTo, record.offset() + 1);
    }
}
