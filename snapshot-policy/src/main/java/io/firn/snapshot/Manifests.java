package io.firn.snapshot;

import java.util.List;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotParser;
import org.apache.iceberg.io.FileIO;

/**
 * The manifests of snapshots, read anew each time. A table's own snapshot keeps its manifests, once it was asked for
 * them, as long as there is the table; of thousands of snapshots each may have thousands.
 */
public final class Manifests {
    private Manifests() {}

    /** Returns those of data and of deletes. */
    public static List<ManifestFile> of(Snapshot snapshot, FileIO io) {
        return SnapshotParser.fromJson(SnapshotParser.toJson(snapshot)).allManifests(io);
    }
}
