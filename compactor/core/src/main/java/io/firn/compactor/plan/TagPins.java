package io.firn.compactor.plan;

import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;

/**
 * Which live files a tag keeps. A file that is live now was live in every snapshot since it was added, so the newest
 * tag decides, without reading any manifest. A tag on a side branch is counted as if it were on the main line.
 */
final class TagPins {
    private final long newestSequence;

    private TagPins(long newestSequence) {
        this.newestSequence = newestSequence;
    }

    static TagPins of(Table table) {
        long newest = -1;
        for (SnapshotRef ref : table.refs().values()) {
            Snapshot tagged = ref.isTag() ? table.snapshot(ref.snapshotId()) : null;
            if (tagged != null) {
                newest = Math.max(newest, tagged.sequenceNumber());
            }
        }
        return new TagPins(newest);
    }

    boolean keep(DataFile file) {
        Long added = file.fileSequenceNumber();
        return added != null && added <= newestSequence;
    }
}
