package io.firn.engine.quarantine;

import java.util.List;

/**
 * Which quarantined records are meant.
 *
 * @param tables names in the lake; empty for all
 * @param ids {@code topic/partition/offset} of each; empty for all of the tables
 * @param state whether those count that were replayed or dropped
 */
public record Selection(List<String> tables, List<String> ids, State state) {
    /** Which records count. */
    public enum State {
        /** Those still in quarantine. */
        OPEN,
        /** All that ever were. */
        ALL
    }

    public Selection {
        tables = List.copyOf(tables);
        ids = List.copyOf(ids);
    }

    /** @return the open records of these tables; of all when none is named */
    public static Selection open(List<String> tables) {
        return new Selection(tables, List.of(), State.OPEN);
    }
}
