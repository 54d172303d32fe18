package io.firn.engine.quarantine;

import io.firn.engine.source.SourceRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record that was set aside.
 *
 * @param table the lake's table it is a change of
 * @param reason why it could not be written
 * @param record as the source delivered it
 * @param lsn the change's log sequence number; 0 when it cannot be told
 * @param at when it was set aside
 * @param cut the cut that does without it
 * @param action what became of it; null while it is in quarantine
 * @param detail more about the action; null for nothing
 */
public record QuarantinedRecord(
        String table,
        String reason,
        SourceRecord record,
        long lsn,
        Instant at,
        long cut,
        @Nullable String action,
        @Nullable String detail) {
    /** @return the record's name: {@code topic/partition/offset} */
    public String id() {
        return record.topic() + "/" + record.partition() + "/" + record.offset();
    }
}
