package io.firn.engine.cut;

import io.firn.catalog.FirnException;
import io.firn.catalog.config.SourceClock;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says which days end before a transaction, or with it. */
public interface DayClose {
    /**
     * @param previousMicros the latest commit time before the transaction; null when it is the first
     * @return the days that were over before a transaction that committed at {@code micros}; the cut must end before it
     */
    List<String> closedBefore(@Nullable Long previousMicros, long micros);

    /** @return whether a marker in the source closes the day it names; the cut must end with it */
    boolean closesAtMarkers();

    /**
     * @param micros a commit time by the source's clock, in microseconds since the epoch
     * @return the time that counts
     * @throws FirnException when it cannot be true
     */
    default long believed(long micros) {
        return micros;
    }

    /**
     * Days end at midnight of a zone, by the source's commit time.
     *
     * @param rule what is believed of the source's clock
     * @param clock this machine's
     */
    static DayClose atMidnight(ZoneId zone, SourceClock rule, Clock clock) {
        BelievedTime time = new BelievedTime(rule, clock);
        return new DayClose() {
            @Override
            public long believed(long micros) {
                return time.of(micros);
            }

            @Override
            public List<String> closedBefore(@Nullable Long previousMicros, long micros) {
                if (previousMicros == null) {
                    return List.of();
                }
                LocalDate open = day(previousMicros);
                LocalDate next = day(micros);
                return open.isBefore(next)
                        ? open.datesUntil(next).map(LocalDate::toString).toList()
                        : List.of();
            }

            private LocalDate day(long micros) {
                return Instant.EPOCH
                        .plus(micros, ChronoUnit.MICROS)
                        .atZone(zone)
                        .toLocalDate();
            }

            @Override
            public boolean closesAtMarkers() {
                return false;
            }
        };
    }

    /** Days end where the business says so. */
    static DayClose atMarkers() {
        return new DayClose() {
            @Override
            public List<String> closedBefore(@Nullable Long previousMicros, long micros) {
                return List.of();
            }

            @Override
            public boolean closesAtMarkers() {
                return true;
            }
        };
    }
}
