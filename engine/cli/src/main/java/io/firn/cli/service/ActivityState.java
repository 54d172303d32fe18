package io.firn.cli.service;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How an activity is doing.
 *
 * @param since when this phase began
 * @param failures how often it has failed since it last was under way
 * @param lastError what went wrong last, in one line; null when nothing ever did
 * @param lastErrorAt when that was
 */
public record ActivityState(
        String name,
        Phase phase,
        Instant since,
        int failures,
        @Nullable String lastError,
        @Nullable Instant lastErrorAt) {

    /** Where an activity is in its life. */
    public enum Phase {
        STARTING,
        RUNNING,
        /** It failed and will be tried again. */
        WAITING,
        /** It failed in a way that trying again cannot mend; somebody has to act. */
        STOPPED_BY_ERROR,
        STOPPED
    }

    /** Whether it does what it is there for. */
    public boolean isWell() {
        return phase == Phase.RUNNING || phase == Phase.STARTING && failures == 0;
    }
}
