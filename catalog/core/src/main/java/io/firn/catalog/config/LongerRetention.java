package io.firn.catalog.config;

import java.time.Period;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which days outlive the others.
 *
 * @param monthEnds how long the last day of each month is kept; null for no longer than any day
 * @param yearEnds how long the last day of each year is kept; null for no longer than a month's
 */
public record LongerRetention(
        @Nullable Period monthEnds, @Nullable Period yearEnds) {
    /** All days are kept equally long. */
    public static final LongerRetention NONE = new LongerRetention(null, null);

    /** Returns the longest of these and another period. */
    public Period longest(Period days) {
        return Stream.of(Optional.of(days), Optional.ofNullable(monthEnds), Optional.ofNullable(yearEnds))
                .flatMap(Optional::stream)
                .reduce(days, (a, b) -> approximateDays(a) >= approximateDays(b) ? a : b);
    }

    private static long approximateDays(Period period) {
        return period.toTotalMonths() * 31 + period.getDays();
    }
}
