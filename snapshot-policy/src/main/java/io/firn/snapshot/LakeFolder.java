package io.firn.snapshot;

import org.apache.iceberg.Table;

/**
 * The folder beside a lake's tables for files that belong to no table: pinned metadata, the ledger's entries, lists of
 * garbage. No cleaner of any table looks there.
 */
public final class LakeFolder {
    private static final String NAME = "firn-files";

    private LakeFolder() {}

    /** Returns the folder beside a table, without a slash at its end. */
    public static String beside(Table table) {
        String location = table.location().replaceFirst("/+$", "");
        return location.substring(0, location.lastIndexOf('/') + 1) + NAME;
    }

    /** Returns the folder for a table's own files of one kind, without a slash at its end. */
    public static String of(Table table, String kind) {
        String location = table.location().replaceFirst("/+$", "");
        return beside(table) + "/" + kind + location.substring(location.lastIndexOf('/'));
    }
}
