package io.firn.snapshot;

import java.time.Duration;

/**
 * What to do so that a table keeps a cut under a name.
 *
 * @param table the lake's name for the table
 * @param tag the name
 * @param snapshotId the snapshot that the tag names, or is to name
 * @param cut the cut that the snapshot holds
 * @param maxAge how long after the snapshot's time the tag may be removed
 * @param action what is left to be done
 */
public record TagPlan(String table, String tag, long snapshotId, long cut, Duration maxAge, Action action) {

    /** What is left to be done. */
    public enum Action {
        /** The tag is missing. */
        CREATE,
        /** The tag is there, with another age. */
        RETAIN,
        /** Nothing. */
        NONE
    }

    /** Returns the plan as one line. */
    @Override
    public String toString() {
        String what = switch (action) {
            case CREATE -> "create";
            case RETAIN -> "keep, with another age,";
            case NONE -> "keep";
        };
        return "%s: %s tag %s on snapshot %d (cut %d) for %d days"
                .formatted(table, what, tag, snapshotId, cut, maxAge.toDays());
    }
}
