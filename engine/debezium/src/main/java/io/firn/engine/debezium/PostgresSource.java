package io.firn.engine.debezium;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.FirnException;
import io.firn.catalog.SourcePosition;
import io.firn.engine.debezium.SnapshotTransaction.Rows;
import io.firn.engine.source.ChangeSource;
import io.firn.engine.source.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * A PostgreSQL database read by Debezium in this process. All topics are one stream in commit order, in partition 0,
 * with one sequence of offsets; a {@link SourcePosition} is a place between two transactions in PostgreSQL's log and
 * the number of the next record. It is kept nowhere but in the lake, and the replication slot follows it.
 *
 * <p>Without a position the tables are read first, as one transaction.
 */
public final class PostgresSource implements ChangeSource {
    /** In a transaction of its own, so that PostgreSQL writes it to disk and sends it at once. */
    private static final String BEACON = "SELECT pg_logical_emit_message(true, 'firn.beacon', '')";

    private final PostgresSettings settings;
    private final Database database;
    private final Map<String, Long> polled = new HashMap<>();
    private Boundaries boundaries = new Boundaries(PostgresPosition.BEGINNING);
    private long lastOffset = -1;
    private @Nullable Reader reader;

    /** Does not connect yet. */
    public PostgresSource(PostgresSettings settings) {
        this.settings = settings;
        this.database = new Database(settings);
    }

    /** @return the position from which everything is read that is committed after {@code lsn}, as in 0/16B3748 */
    public static SourcePosition after(String lsn) {
        return new PostgresPosition(LogSequenceNumber.valueOf(lsn).asLong(), 0).toSource();
    }

    /**
     * @throws FirnException when the database cannot be reached or read, or no longer has what is after the position
     */
    @Override
    public void start(SourcePosition position) {
        stopReading();
        PostgresPosition place = PostgresPosition.of(position);
        boundaries = new Boundaries(place);
        lastOffset = place.next() - 1;
        polled.clear();
        Rows before = position.equals(SourcePosition.EMPTY) ? Rows.NONE : Rows.POSSIBLE;
        Reader started = new Reader(settings, database, place, before);
        started.start();
        reader = started;
    }

    private void stopReading() {
        Reader running = reader;
        reader = null;
        if (running != null) {
            running.close();
        }
    }

    @Override
    public List<SourceRecord> poll(Duration timeout) {
        Reader running = reader;
        if (running == null) {
            throw new IllegalStateException("start must be called before poll");
        }
        try {
            List<Delivery> deliveries = running.queue().take(timeout);
            List<SourceRecord> records = new ArrayList<>(deliveries.size());
            for (Delivery delivery : deliveries) {
                note(delivery);
                records.add(delivery.record());
            }
            return records;
        } catch (InterruptedException e) {
            throw FirnException.interrupted("waiting for changes", e);
        }
    }

    private void note(Delivery delivery) {
        lastOffset = delivery.record().offset();
        polled.put(delivery.record().topic(), lastOffset);
        if (delivery.completeTo() > 0) {
            boundaries.add(delivery.placeAfter());
        }
    }

    /** The place is before the transaction of the first record that is not covered. */
    @Override
    public SourcePosition positionAt(Map<Partition, Long> next) {
        if (next.isEmpty()) {
            return SourcePosition.EMPTY;
        }
        long uncovered = lastOffset + 1;
        for (Map.Entry<Partition, Long> topic : next.entrySet()) {
            Long last = polled.get(topic.getKey().topic());
            if (last != null && topic.getValue() <= last) {
                uncovered = Math.min(uncovered, topic.getValue());
            }
        }
        return boundaries.before(uncovered).toSource();
    }

    /** Compares places in the log, so that it holds even where a record has got another number than before. */
    @Override
    public boolean isCovered(SourceRecord record, SourcePosition position) {
        return boundaries.before(record.offset()).lsn()
                < PostgresPosition.of(position).lsn();
    }

    /** Never lets the slot go further than the cuts of {@code receipts}. */
    @Override
    public void acknowledge(SourcePosition position, List<CommitReceipt> receipts) {
        PostgresPosition place = PostgresPosition.of(position);
        long inLake = receipts.stream()
                .mapToLong(receipt -> PostgresPosition.of(receipt.cut().upTo()).lsn())
                .max()
                .orElse(0);
        Reader running = reader;
        if (running != null) {
            running.acknowledge(Math.min(place.lsn(), inLake));
        }
        boundaries.forget(place);
    }

    /** Leaves a message in the log: whatever was committed before it comes before it in the stream. */
    @Override
    public SourcePosition present() {
        return after(database.text(BEACON));
    }

    @Override
    public boolean hasReached(SourcePosition position, SourcePosition goal) {
        return PostgresPosition.of(position).lsn() >= PostgresPosition.of(goal).lsn();
    }

    /** A snapshot cannot be taken a second time at the same place. */
    @Override
    public Optional<SourcePosition> startingOver(SourcePosition from, SourcePosition upTo) {
        return PostgresPosition.of(from).hasSnapshot()
                ? Optional.empty()
                : Optional.of(new PostgresPosition(0, PostgresPosition.of(upTo).next()).toSource());
    }

    /** @return how many records wait to be polled */
    int waiting() {
        Reader running = reader;
        return running == null ? 0 : running.queue().size();
    }

    @Override
    public void close() {
        stopReading();
        database.close();
    }
}
