package io.firn.snapshot.retention;

import java.util.List;

/**
 * What a table may forget. Decided before anything is done, and shown as it is.
 *
 * @param table the lake's name for the table
 * @param tags whose time is over
 * @param snapshots that are too old to be kept for themselves and that nothing needs, oldest first
 * @param kept how many snapshots stay
 */
public record ExpiryPlan(String table, List<String> tags, List<Long> snapshots, int kept) {
    public ExpiryPlan {
        tags = List.copyOf(tags);
        snapshots = List.copyOf(snapshots);
    }

    /** Whether there is nothing to forget. */
    public boolean isEmpty() {
        return tags.isEmpty() && snapshots.isEmpty();
    }
}
