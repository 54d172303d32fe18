package io.firn.engine.source;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.SourcePosition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stream of Debezium records that can be read again from any position that was not acknowledged yet.
 *
 * <p>Used by one thread. {@link #start} may be called again, to read from another position.
 */
public interface ChangeSource extends AutoCloseable {
    /** Begins reading at {@code position}; a partition that it does not name is read from its beginning. */
    void start(SourcePosition position);

    /** @return the next records, in order within each partition; empty when none arrived in {@code timeout} */
    List<SourceRecord> poll(Duration timeout);

    /**
     * @param next for each partition, the offset of the first record that is not covered
     * @return the position at which {@link #start} goes on with these records
     */
    SourcePosition positionAt(Map<Partition, Long> next);

    /** @return whether {@code record} comes before {@code position}, that is, was covered by it */
    boolean isCovered(SourceRecord record, SourcePosition position);

    /**
     * Asks whether what lies between two positions can be read again.
     *
     * @return where to start over because it cannot, so that the stream begins with everything that is in the source, a
     *     truncate of every table before it; empty when {@link #start} at {@code from} gives the same records again
     */
    default Optional<SourcePosition> startingOver(SourcePosition from, SourcePosition upTo) {
        return Optional.empty();
    }

    /**
     * Lets the source forget what is before {@code position}. Only commits that are in the lake can ask for it.
     *
     * @param receipts of the change-log commits that hold everything before {@code position}; never empty
     */
    void acknowledge(SourcePosition position, List<CommitReceipt> receipts);

    /** @return the position after everything that is in the source now */
    SourcePosition present();

    /** @return whether a reader at {@code position} has read everything before {@code goal} */
    boolean hasReached(SourcePosition position, SourcePosition goal);

    @Override
    void close();

    /** One partition of one topic. */
    record Partition(String topic, int number) {
        /** @return the name used in a {@link SourcePosition} */
        public String token() {
            return topic + "/" + number;
        }
    }
}
