package io.firn.engine.source;

import org.jspecify.annotations.Nullable;

/**
 * One record as the source delivers it, not yet understood.
 *
 * @param topic Debezium's destination: {@code <prefix>.<schema>.<table>}, or its transaction, message or heartbeat
 *     topic
 * @param partition the topic's partition; 0 where the source has one stream
 * @param offset increases within the partition
 * @param key the key; null for a table without one
 * @param value the envelope; null for a tombstone
 * @param rows how its rows are written, where the source knows without looking into the value; null elsewhere. The same
 *     object for as long as nothing changes.
 */
public record SourceRecord(
        String topic,
        int partition,
        long offset,
        byte @Nullable [] key,
        byte @Nullable [] value,
        @Nullable RowSchema rows) {
    /** A record whose value tells how its rows are written, or that leaves it to the configuration. */
    public SourceRecord(String topic, int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {
        this(topic, partition, offset, key, value, null);
    }
}
