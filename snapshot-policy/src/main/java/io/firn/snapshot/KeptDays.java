package io.firn.snapshot;

import io.firn.catalog.config.SnapshotsConfig;
import java.time.LocalDate;
import java.time.Period;
import java.time.YearMonth;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which days are still to be kept: every day for a time, and the last one that there is of a month or a year for
 * longer, where that is wanted. Pure.
 */
public final class KeptDays {
    private final SnapshotsConfig config;
    private final LocalDate today;
    private final Map<YearMonth, LocalDate> monthEnds = new TreeMap<>();
    private final Map<Integer, LocalDate> yearEnds = new TreeMap<>();

    /**
     * @param days all that there are
     * @param today the day that ages are counted to
     */
    public KeptDays(SnapshotsConfig config, Collection<LocalDate> days, LocalDate today) {
        this.config = config;
        this.today = today;
        days.forEach(day -> {
            monthEnds.merge(YearMonth.from(day), day, KeptDays::later);
            yearEnds.merge(day.getYear(), day, KeptDays::later);
        });
    }

    private static LocalDate later(LocalDate one, LocalDate other) {
        return one.isAfter(other) ? one : other;
    }

    /** Whether a day's time is over. */
    public boolean isOver(LocalDate day) {
        boolean endsMonth = day.equals(monthEnds.get(YearMonth.from(day)));
        boolean endsYear = day.equals(yearEnds.get(day.getYear()));
        return !isWithin(day, config.retain())
                && !(endsMonth && isWithin(day, config.longer().monthEnds()))
                && !(endsYear && isWithin(day, config.longer().yearEnds()));
    }

    private boolean isWithin(LocalDate day, @Nullable Period period) {
        return period != null && !day.isBefore(today.minus(period));
    }
}
