package io.firn.catalog.config;

import java.time.Period;
import java.time.ZoneId;

/**
 * What a day is and how long it is kept.
 *
 * @param zone whose midnight ends a day
 * @param retain how long a day's tag is kept
 */
public record SnapshotsConfig(ZoneId zone, DayClose close, Period retain) {

    /** What ends a business day. */
    public enum DayClose {
        /** Midnight in the zone, by the source's commit time. */
        TIME,
        /** A logical message that the business writes into the source. */
        MARKER
    }
}
