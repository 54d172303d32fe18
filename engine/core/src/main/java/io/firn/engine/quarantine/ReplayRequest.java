package io.firn.engine.quarantine;

import java.time.Instant;
import java.util.List;

/**
 * Somebody asked the writer that is running to replay records.
 *
 * @param actor who asked
 * @param because why; empty for nothing
 * @param at when, by the clock of the one who asked
 * @param records in the order in which they came
 */
public record ReplayRequest(String actor, String because, Instant at, List<QuarantinedRecord> records) {
    public ReplayRequest {
        records = List.copyOf(records);
    }

    /** @return the records of this request */
    public Selection selection() {
        return new Selection(
                List.of(), records.stream().map(QuarantinedRecord::id).toList(), Selection.State.OPEN);
    }
}
