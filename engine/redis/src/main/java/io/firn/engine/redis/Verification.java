package io.firn.engine.redis;

import java.util.List;

/**
 * What a comparison of Redis with the lake found.
 *
 * @param cut the cut of the lake's rows that were compared
 * @param snapshotId the table's snapshot that holds that cut
 * @param compared rows that were compared, on either side
 * @param movedOn rows that Redis had newer by then, and that were not compared
 * @param different rows that are not the same on both sides
 * @param differences the first of them
 */
public record Verification(
        String table,
        long cut,
        long snapshotId,
        long compared,
        long movedOn,
        long different,
        List<Difference> differences) {

    public Verification {
        differences = List.copyOf(differences);
    }

    /** Returns whether all rows that were compared are the same. */
    public boolean holds() {
        return different == 0;
    }
}
