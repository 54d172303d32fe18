package io.firn.compactor;

import org.apache.iceberg.Snapshot;

/**
 * The snapshot that was planned; what a rewrite must know of it outlives the snapshot itself.
 *
 * @param sequenceNumber new files take it, so that later deletes by key apply to them as to the old ones
 */
record Planned(long snapshotId, long sequenceNumber) {
    static Planned of(Snapshot snapshot) {
        return new Planned(snapshot.snapshotId(), snapshot.sequenceNumber());
    }
}
