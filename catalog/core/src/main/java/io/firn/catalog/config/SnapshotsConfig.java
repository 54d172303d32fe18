package io.firn.catalog.config;

import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;

/**
 * What a day is and how long it is kept.
 *
 * @param zone whose midnight ends a day
 * @param retain how long a day's tag is kept
 * @param longer which days are kept longer than that
 * @param keepAll how long every snapshot is kept, tagged or not
 * @param grace how long files that no snapshot needs any more are kept
 * @param sourceClock what is believed of the clock that ends days
 */
public record SnapshotsConfig(
        ZoneId zone,
        DayClose close,
        Period retain,
        LongerRetention longer,
        Duration keepAll,
        Duration grace,
        LedgerConfig ledger,
        SourceClock sourceClock) {
    private static final Duration A_DAY = Duration.ofDays(1);

    /** What ends a business day. */
    public enum DayClose {
        /** Midnight in the zone, by the source's commit time. */
        TIME,
        /** A logical message that the business writes into the source. */
        MARKER
    }

    /** The rest as it is by default. */
    public SnapshotsConfig(ZoneId zone, DayClose close, Period retain) {
        this(zone, close, retain, LongerRetention.NONE, A_DAY, A_DAY, LedgerConfig.UNSIGNED, SourceClock.STOP_AT_A_DAY);
    }
}
