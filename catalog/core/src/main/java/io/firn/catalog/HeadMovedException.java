package io.firn.catalog;

import org.jspecify.annotations.Nullable;

/** A commit was refused because the table is no longer at the snapshot it was prepared on; nothing was changed. */
public final class HeadMovedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String table;

    HeadMovedException(String table, @Nullable Long expected, @Nullable Throwable cause) {
        super(table + " is no longer at snapshot " + expected, cause);
        this.table = table;
    }

    /** @return the table's name */
    public String table() {
        return table;
    }
}
