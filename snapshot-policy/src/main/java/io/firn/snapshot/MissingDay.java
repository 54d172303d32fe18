package io.firn.snapshot;

import io.firn.catalog.config.SnapshotsConfig;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Why a table has no tag for a day. */
final class MissingDay {
    /** Of a table that has earlier days, where others have this one. */
    static final String STOPPED =
            "other tables have it, but this one took no part when it closed: it was stopped then, or its tag was removed";

    private static final int NEAREST = 5;

    private MissingDay() {}

    /**
     * Explains it.
     *
     * @param kept the days the table has, in order
     * @param today the day in the configured zone
     */
    static String why(LocalDate day, List<LocalDate> kept, LocalDate today, SnapshotsConfig config) {
        if (day.isAfter(today)) {
            return "it is in the future (today is %s in %s)".formatted(today, config.zone());
        }
        if (kept.isEmpty()) {
            return "no day has been closed yet";
        }
        LocalDate first = kept.get(0);
        LocalDate last = kept.get(kept.size() - 1);
        if (day.isBefore(first)) {
            return day.isBefore(today.minus(config.retain()))
                    ? "it has expired: days are kept for %s, and the first that is left is %s"
                            .formatted(period(config), first)
                    : "it is before the beginning: the first day is " + first;
        }
        if (day.isAfter(last)) {
            return "it is not closed yet: %s, and the last closed day is %s".formatted(closing(config), last);
        }
        if (day.isBefore(today.minus(config.retain()))) {
            return "it has expired: days are kept for %s, and only some for longer (nearest: %s)"
                    .formatted(period(config), nearest(day, kept));
        }
        return "it was never tagged, or its tag was removed (nearest: %s)".formatted(nearest(day, kept));
    }

    private static String closing(SnapshotsConfig config) {
        return switch (config.close()) {
            case TIME -> "a day closes with the first change after its midnight in " + config.zone();
            case MARKER -> "a day closes with its marker in the source";
        };
    }

    private static String period(SnapshotsConfig config) {
        long months = config.retain().toTotalMonths();
        return months > 0 ? months + " months" : config.retain().getDays() + " days";
    }

    private static String nearest(LocalDate day, List<LocalDate> kept) {
        return kept.stream()
                .sorted(Comparator.comparing(other -> Math.abs(ChronoUnit.DAYS.between(day, other))))
                .limit(NEAREST)
                .sorted()
                .map(LocalDate::toString)
                .collect(Collectors.joining(", "));
    }
}
