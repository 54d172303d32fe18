package io.firn.engine.ingest;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.SourceConfig;
import io.firn.engine.cut.CutPlanner;
import io.firn.engine.cut.TransactionEnd;
import io.firn.engine.decode.ChangeRow;
import io.firn.engine.decode.ControlRecords;
import io.firn.engine.decode.UndecodableException;
import io.firn.engine.quarantine.Quarantine;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.SourceRecord;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends each record where it belongs: changes to their table's buffer, transaction ends and markers to the planner. */
final class Router {
    private final Map<String, TableIngest> byTopic;
    private final Quarantine quarantine;
    private final IngestListener listener;
    private final String transactionTopic;
    private final String messageTopic;
    private final String markerPrefix;
    private long changes;
    private long bytes;

    Router(SourceConfig source, Map<String, TableIngest> byTopic, Quarantine quarantine, IngestListener listener) {
        this.byTopic = byTopic;
        this.quarantine = quarantine;
        this.listener = listener;
        this.transactionTopic = source.topicPrefix() + ".transaction";
        this.messageTopic = source.topicPrefix() + ".message";
        this.markerPrefix = source.dayCloseMarkerPrefix();
    }

    /** @return how many changes were put into buffers since {@link #reset} */
    long changes() {
        return changes;
    }

    /** @return the size of their records */
    long bytes() {
        return bytes;
    }

    void reset(long changesLeft) {
        changes = changesLeft;
        bytes = 0;
    }

    void route(SourceRecord record, CutPlanner planner) {
        Partition partition = new Partition(record.topic(), record.partition());
        byte[] value = record.value();
        TableIngest table = byTopic.get(record.topic());
        if (value == null) {
            planner.passed(partition, record.offset());
        } else if (table != null) {
            change(table, partition, record, value, planner);
        } else if (record.topic().equals(transactionTopic)) {
            transaction(partition, record, value, planner);
        } else if (record.topic().equals(messageTopic)) {
            message(partition, record, value, planner);
        } else {
            planner.passed(partition, record.offset());
        }
    }

    private void change(TableIngest table, Partition partition, SourceRecord record, byte[] value, CutPlanner planner) {
        ChangeRow change;
        try {
            change = table.decode(value);
        } catch (UndecodableException e) {
            note(partition, record.offset(), ControlRecords.transaction(value), -1, planner);
            reject(table, record, String.valueOf(e.getMessage()));
            return;
        }
        if (!change.isRead() && change.precedingCommitLsn() < planner.lastCommitLsn()
                || table.isRedelivery(change, record.partition())) {
            planner.passed(partition, record.offset());
            return;
        }
        note(partition, record.offset(), change.transaction(), change.sourceMicros(), planner);
        table.buffer().add(change, record.partition(), record.offset());
        changes++;
        bytes += value.length;
    }

    private static void note(Partition partition, long offset, long transaction, long micros, CutPlanner planner) {
        if (transaction >= 0) {
            planner.event(partition, offset, transaction);
        } else if (micros >= 0) {
            planner.single(partition, offset, micros);
        } else {
            planner.passed(partition, offset);
        }
    }

    /**
     * Puts a record into quarantine; more of them than the table's threshold stop the writer before the cut is
     * committed.
     */
    void reject(TableIngest table, SourceRecord record, String reason) {
        quarantine.reject(table.name(), record, reason);
        listener.rejected(table.name(), reason);
        if (quarantine.count(table.name()) > table.quarantineThreshold()) {
            throw new FirnException(
                    ErrorCode.QUARANTINE_OVERFLOW,
                    ("tables.%s.quarantine-threshold is %d and more records than that were rejected in one commit;"
                                    + " nothing of it was committed; the last reason: %s")
                            .formatted(table.name(), table.quarantineThreshold(), reason));
        }
    }

    private static void transaction(Partition partition, SourceRecord record, byte[] value, CutPlanner planner) {
        try {
            Optional<TransactionEnd> end = ControlRecords.transactionEnd(value);
            if (end.isPresent()) {
                planner.ended(partition, record.offset(), end.get());
            } else {
                planner.passed(partition, record.offset());
            }
        } catch (UndecodableException e) {
            throw unreadable(record, e);
        }
    }

    private void message(Partition partition, SourceRecord record, byte[] value, CutPlanner planner) {
        ControlRecords.Message message;
        try {
            message = ControlRecords.message(value);
        } catch (UndecodableException e) {
            throw unreadable(record, e);
        }
        boolean redelivered = message.precedingCommitLsn() < planner.lastCommitLsn();
        if (redelivered || message.transaction() < 0) {
            planner.passed(partition, record.offset());
            return;
        }
        @Nullable String closes = message.prefix().equals(markerPrefix) ? message.content() : null;
        planner.message(partition, record.offset(), message.transaction(), closes);
    }

    private static FirnException unreadable(SourceRecord record, UndecodableException cause) {
        return new FirnException(
                ErrorCode.SOURCE_MISCONFIGURED,
                "%s partition %d offset %d cannot be read: %s"
                        .formatted(record.topic(), record.partition(), record.offset(), cause.getMessage()),
                cause);
    }
}
