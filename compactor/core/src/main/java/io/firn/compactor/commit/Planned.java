package io.firn.compactor.commit;

import org.apache.iceberg.Snapshot;

/**
 * The snapshot that was planned; what a rewrite must know of it outlives the snapshot itself.
 *
 * @param sequenceNumber new files take it, so that later deletes by key apply to them as to the old ones
 */
public record Planned(long snapshotId, long sequenceNumber) {
    /** Returns what must be known of a snapshot that is planned. */
    public static Planned of(Snapshot snapshot) {
        return new Planned(snapshot.snapshotId(), snapshot.sequenceNumber());
    }
}
