package io.firn.snapshot;

import org.apache.iceberg.Table;

/** Where the metadata files of tagged moments are. */
public final class PinnedFiles {
    private static final String FOLDER = "pinned";

    private PinnedFiles() {}

    /** Returns the location of the metadata file whose current snapshot is the one that a tag names. */
    public static String location(Table table, String tag) {
        return "%s/%s.metadata.json".formatted(LakeFolder.of(table, FOLDER), tag);
    }
}
