package io.firn.engine.source;

import org.jspecify.annotations.Nullable;

/**
 * One record as the source delivers it, not yet understood.
 *
 * @param topic Debezium's destination: {@code <prefix>.<schema>.<table>}, or its transaction, message or heartbeat
 *     topic
 * @param partition the topic's partition; 0 where the source has one stream
 * @param offset increases within the partition
 * @param key the key as JSON; null for a table without one
 * @param value the envelope as JSON; null for a tombstone
 */
public record SourceRecord(String topic, int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {}
