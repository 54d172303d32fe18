package io.firn.engine.debezium;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.time.Duration;

/**
 * Notices a replication connection that has ended while nothing came through it, which neither the driver nor Debezium
 * does: they wait for ever.
 */
final class ConnectionWatch {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

    private final ReplicationSlot slot;
    private final RecordStream stream;
    private int reader;
    private long delivered;
    private long lookedAt = System.nanoTime();

    ConnectionWatch(ReplicationSlot slot, RecordStream stream) {
        this.slot = slot;
        this.stream = stream;
        this.delivered = stream.delivered();
    }

    /** @throws FirnException when the connection through which the slot was read is gone */
    void look() {
        if (System.nanoTime() - lookedAt < INTERVAL_NANOS) {
            return;
        }
        boolean quiet = delivered == stream.delivered();
        if (quiet) {
            int present = slot.reader();
            if (reader != 0 && reader != present) {
                throw new FirnException(
                        ErrorCode.SOURCE_UNAVAILABLE, "source.postgres: the replication connection was lost");
            }
            reader = present;
        }
        delivered = stream.delivered();
        lookedAt = System.nanoTime();
    }
}
