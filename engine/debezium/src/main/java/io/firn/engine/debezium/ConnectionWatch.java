package io.firn.engine.debezium;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.time.Duration;

/**
 * Notices a replication connection that has ended while nothing came through it, which neither the driver nor Debezium
 * does: they wait for ever.
 */
final class ConnectionWatch {
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(5);

    /** Debezium takes a moment between its start and the first use of the slot. */
    private static final int LOOKS_BEFORE_READING = 2;

    private final ReplicationSlot slot;
    private final RecordStream stream;
    private final long intervalNanos;
    private int reader;
    private int unread;
    private long delivered;
    private long lookedAt = System.nanoTime();

    /** @param patience how long a database may be away; it is looked at no less often */
    ConnectionWatch(ReplicationSlot slot, RecordStream stream, Duration patience) {
        this.slot = slot;
        this.stream = stream;
        this.intervalNanos = Math.min(LONGEST_INTERVAL.toNanos(), Math.max(1, patience.toNanos()));
        this.delivered = stream.delivered();
    }

    /** @throws FirnException when the connection through which the slot was read is gone */
    void look() {
        if (System.nanoTime() - lookedAt < intervalNanos) {
            return;
        }
        boolean quiet = delivered == stream.delivered();
        if (quiet) {
            int present = slot.reader();
            boolean shouldBeRead = stream.place().hasSnapshot();
            unread = present == 0 && shouldBeRead ? unread + 1 : 0;
            if (reader != 0 && reader != present || unread > LOOKS_BEFORE_READING) {
                throw new FirnException(
                        ErrorCode.SOURCE_UNAVAILABLE, "source.postgres: the replication connection was lost");
            }
            reader = present;
        }
        delivered = stream.delivered();
        lookedAt = System.nanoTime();
    }
}
