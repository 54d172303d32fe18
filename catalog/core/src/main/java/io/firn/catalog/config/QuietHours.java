package io.firn.catalog.config;

import java.time.LocalTime;
import java.time.format.DateTimeParseException;

/**
 * A daily span of time in the zone of the snapshots; it may pass midnight.
 *
 * @param from first moment inside
 * @param to first moment outside again
 */
public record QuietHours(LocalTime from, LocalTime to) {

    private static final String RULE = "must be two times of day, as in 08:00-20:00";

    public QuietHours {
        if (from.equals(to)) {
            throw new IllegalArgumentException("must begin and end at different times");
        }
    }

    /**
     * Reads {@code 08:00-20:00}.
     *
     * @throws IllegalArgumentException whose message is the rule that {@code text} breaks
     */
    public static QuietHours parse(String text) {
        String[] ends = text.strip().split("\\s*-\\s*", -1);
        if (ends.length != 2) {
            throw new IllegalArgumentException(RULE);
        }
        try {
            return new QuietHours(LocalTime.parse(ends[0]), LocalTime.parse(ends[1]));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(RULE, e);
        }
    }

    /** Whether the time is inside. */
    public boolean contains(LocalTime time) {
        boolean afterFrom = !time.isBefore(from);
        boolean beforeTo = time.isBefore(to);
        return from.isBefore(to) ? afterFrom && beforeTo : afterFrom || beforeTo;
    }

    @Override
    public String toString() {
        return from + "-" + to;
    }
}
