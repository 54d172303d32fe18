package io.firn.engine.ingest;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.SourceConfig;
import io.firn.dq.rule.RowRule;
import io.firn.engine.cut.CutPlanner;
import io.firn.engine.cut.TransactionEnd;
import io.firn.engine.decode.ChangeRow;
import io.firn.engine.decode.ControlRecords;
import io.firn.engine.decode.IncompatibleSchemaException;
import io.firn.engine.decode.RecordFormat;
import io.firn.engine.decode.RecordFormats;
import io.firn.engine.decode.RecordOrigin;
import io.firn.engine.decode.UndecodableException;
import io.firn.engine.gate.Verdicts;
import io.firn.engine.quarantine.Corrections;
import io.firn.engine.quarantine.Quarantine;
import io.firn.engine.remark.Remark;
import io.firn.engine.remark.Remarks;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.SourceRecord;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends each record where it belongs: changes to their table's buffer, transaction ends and markers to the planner. */
final class Router {
    /** Of fewer changes a part says little. */
    private static final long ENOUGH_TO_WEIGH = 100;

    private final Map<String, TableIngest> byTopic;
    private final Quarantine quarantine;
    private final Corrections corrections;
    private final IngestListener listener;
    private final RecordFormat control;
    private final String transactionTopic;
    private final String messageTopic;
    private final String markerPrefix;
    private final String remarkPrefix;
    private final Remarks remarks;
    private final Redeliveries<Partition> messages = new Redeliveries<>();
    private long changes;
    private long bytes;

    Router(
            SourceConfig source,
            RecordFormats formats,
            Map<String, TableIngest> byTopic,
            Quarantine quarantine,
            Corrections corrections,
            Remarks remarks,
            IngestListener listener) {
        this.control = formats.format();
        this.byTopic = byTopic;
        this.quarantine = quarantine;
        this.corrections = corrections;
        this.listener = listener;
        this.transactionTopic = source.topicPrefix() + ".transaction";
        this.messageTopic = source.topicPrefix() + ".message";
        this.markerPrefix = source.dayCloseMarkerPrefix();
        this.remarkPrefix = source.remarkPrefix();
        this.remarks = remarks;
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

    void route(SourceRecord delivered, CutPlanner planner) {
        TableIngest table = byTopic.get(delivered.topic());
        SourceRecord record = table == null ? delivered : table.protect(delivered);
        Partition partition = new Partition(record.topic(), record.partition());
        byte[] value = record.value();
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
        if (table.isStopped()) {
            setAside(table, partition, record, value, "the table is stopped", planner);
            return;
        }
        ChangeRow change;
        try {
            change = table.decode(record);
        } catch (IncompatibleSchemaException e) {
            stop(table, String.valueOf(e.getMessage()));
            setAside(table, partition, record, value, String.valueOf(e.getMessage()), planner);
            return;
        } catch (UndecodableException e) {
            setAside(table, partition, record, value, String.valueOf(e.getMessage()), planner);
            return;
        }
        if (!change.isRead() && change.precedingCommitLsn() < planner.lastCommitLsn()
                || table.isRedelivery(change, record)) {
            planner.passed(partition, record.offset());
            return;
        }
        note(partition, record.offset(), change.transaction(), change.sourceMicros(), planner);
        if (change.after().unavailable() > 0 && !keep(table, record, change)) {
            return;
        }
        corrections.note(table.name(), record);
        table.add(change, record, verdicts(table));
        changes++;
        bytes += value.length;
    }

    /** A value that was left out is looked up later; the record is kept, for it may not be found. */
    private boolean keep(TableIngest table, SourceRecord record, ChangeRow change) {
        if (quarantine.holds(table.name(), record.key())) {
            reject(
                    table,
                    record,
                    change.lsn(),
                    "the source left out values, and an earlier change of the row is in quarantine");
            return false;
        }
        table.incomplete().keep(record, change.lsn());
        return true;
    }

    private void setAside(
            TableIngest table,
            Partition partition,
            SourceRecord record,
            byte[] value,
            String reason,
            CutPlanner planner) {
        RecordOrigin origin = ControlRecords.origin(table.format(), value);
        boolean redelivered = origin.isKnown()
                && !origin.isRead()
                && (origin.precedingCommitLsn() < planner.lastCommitLsn() || table.isRedelivery(origin, record));
        if (redelivered) {
            planner.passed(partition, record.offset());
            return;
        }
        if (origin.isKnown()) {
            note(partition, record.offset(), origin.transaction(), origin.sourceMicros(), planner);
        } else {
            planner.setAside(partition, record.offset());
        }
        reject(table, record, origin.lsn(), reason);
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
     * Puts a record into quarantine. More of them in one commit than the table's threshold stop the table: what comes
     * for it later is kept in quarantine too, in order, until somebody replays it.
     *
     * @param lsn the change's log sequence number; 0 when it cannot be told
     */
    void reject(TableIngest table, SourceRecord record, long lsn, String reason) {
        quarantine.reject(table.name(), record, lsn, reason);
        if (table.isStopped()) {
            return;
        }
        listener.rejected(table.name(), reason);
        if (quarantine.count(table.name()) > table.quarantineThreshold()) {
            stop(
                    table,
                    "tables.%s.quarantine-threshold is %d and more records than that were set aside in one commit; the last because %s"
                            .formatted(table.name(), table.quarantineThreshold(), reason));
        }
    }

    /** @return sets the table's changes aside that must not be written */
    Verdicts verdicts(TableIngest table) {
        return new Verdicts() {
            @Override
            public Then broken(SourceRecord record, long lsn, RowRule rule, long broken) {
                reject(table, record, lsn, rule.reason());
                if (rule.stopsAt(broken) && !table.isStopped()) {
                    stop(table, "%s is broken by %d changes of one commit".formatted(rule.reason(), broken));
                }
                return table.isStopped() ? Then.SET_ASIDE : Then.GO_ON;
            }

            @Override
            public void setAside(SourceRecord record, long lsn, String reason) {
                reject(table, record, lsn, reason);
            }

            @Override
            public void follows(SourceRecord record) {
                corrections.note(table.name(), record);
            }
        };
    }

    /** Stops a table of whose changes in one cut, of a hundred or more, too large a part was set aside. */
    void weigh(TableIngest table, long taken) {
        long rejected = quarantine.count(table.name());
        long all = rejected + taken;
        Double most = table.quarantineRate();
        if (most != null && !table.isStopped() && all >= ENOUGH_TO_WEIGH && rejected > most * all) {
            stop(
                    table,
                    "tables.%s.quarantine-rate is %s%% and %d of %d changes were set aside in one commit"
                            .formatted(
                                    table.name(),
                                    BigDecimal.valueOf(most)
                                            .movePointRight(2)
                                            .stripTrailingZeros()
                                            .toPlainString(),
                                    rejected,
                                    all));
        }
    }

    /** Stops one table; the others go on. */
    void stop(TableIngest table, String reason) {
        table.stop(reason);
        quarantine.forgetKeys(table.name());
        listener.stopped(table.name(), reason);
    }

    private void transaction(Partition partition, SourceRecord record, byte[] value, CutPlanner planner) {
        try {
            Optional<TransactionEnd> end = ControlRecords.transactionEnd(control, value);
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
            message = ControlRecords.message(control, value);
        } catch (UndecodableException e) {
            throw unreadable(record, e);
        }
        if (message.transaction() < 0 || isRedelivery(message, partition, planner)) {
            planner.passed(partition, record.offset());
            return;
        }
        @Nullable String closes = message.prefix().equals(markerPrefix) ? message.content() : null;
        planner.message(partition, record.offset(), message.transaction(), closes);
        if (closes == null && isRemark(message)) {
            remarks.add(
                    partition,
                    record.offset(),
                    new Remark(
                            message.transaction(),
                            message.committedMicros(),
                            message.lsn(),
                            message.prefix().substring(remarkPrefix.length()),
                            message.content()));
        }
    }

    private boolean isRemark(ControlRecords.Message message) {
        return message.prefix().startsWith(remarkPrefix)
                && message.prefix().length() > remarkPrefix.length()
                && !message.content().isEmpty();
    }

    /** A message that came twice must not be counted twice: its transaction would seem to be complete. */
    private boolean isRedelivery(ControlRecords.Message message, Partition partition, CutPlanner planner) {
        return message.precedingCommitLsn() < planner.lastCommitLsn()
                || messages.isOne(message.precedingCommitLsn(), message.place(), partition);
    }

    private static FirnException unreadable(SourceRecord record, UndecodableException cause) {
        return new FirnException(
                ErrorCode.SOURCE_MISCONFIGURED,
                "%s partition %d offset %d cannot be read: %s"
                        .formatted(record.topic(), record.partition(), record.offset(), cause.getMessage()),
                cause);
    }
}
