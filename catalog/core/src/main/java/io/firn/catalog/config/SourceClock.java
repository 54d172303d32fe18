package io.firn.catalog.config;

import java.time.Duration;

/**
 * What is believed of the source's commit times, which say where a day ends.
 *
 * @param maxAhead how far they may be ahead of this machine's clock
 * @param whenAhead what happens when they are further ahead
 */
public record SourceClock(Duration maxAhead, WhenAhead whenAhead) {
    /** Stops at a day. */
    public static final SourceClock STOP_AT_A_DAY = new SourceClock(Duration.ofDays(1), WhenAhead.STOP);

    /** What happens at a commit time that cannot be true. */
    public enum WhenAhead {
        /** The writer stops before it; nothing is lost. */
        STOP,
        /** This machine's clock says when it was, and the writer goes on. */
        OWN_CLOCK
    }

    public SourceClock {
        if (maxAhead.isNegative()) {
            throw new IllegalArgumentException("maxAhead must not be negative but was " + maxAhead);
        }
    }
}
