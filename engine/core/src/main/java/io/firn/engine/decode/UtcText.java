package io.firn.engine.decode;

import java.time.YearMonth;

/**
 * Reads the form in which almost every timestamp comes, {@code 2026-11-20T08:11:12.345678Z}, without making objects.
 */
final class UtcText {
    /** The text has another form. */
    static final long OTHER = Long.MIN_VALUE;

    private static final int SECONDS_END = 19;
    private static final int MAX_FRACTION_DIGITS = 6;

    private UtcText() {}

    /** @return microseconds since the epoch, between the years 1600 and 9999; {@link #OTHER} for any other text */
    static long micros(String text) {
        int end = text.length() - 1;
        boolean hasShape = end >= SECONDS_END
                && end <= SECONDS_END + 1 + MAX_FRACTION_DIGITS
                && text.charAt(end) == 'Z'
                && text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && text.charAt(16) == ':';
        if (!hasShape) {
            return OTHER;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, SECONDS_END);
        int fraction = fraction(text, end);
        boolean isPlain = year >= 1600
                && month >= 1
                && month <= 12
                && day >= 1
                && (day <= 28 || day <= lastDay(year, month))
                && hour >= 0
                && hour < 24
                && minute >= 0
                && minute < 60
                && second >= 0
                && second < 60
                && fraction >= 0;
        if (!isPlain) {
            return OTHER;
        }
        long seconds = epochDay(year, month, day) * 86_400 + hour * 3600L + minute * 60L + second;
        return seconds * 1_000_000 + fraction;
    }

    /** @return the number; negative when it is none */
    private static int number(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static int fraction(String text, int end) {
        if (end == SECONDS_END) {
            return 0;
        }
        int value = text.charAt(SECONDS_END) == '.' && end > SECONDS_END + 1 ? number(text, SECONDS_END + 1, end) : -1;
        for (int digits = end - SECONDS_END - 1; digits < MAX_FRACTION_DIGITS; digits++) {
            value *= 10;
        }
        return value;
    }

    private static int lastDay(int year, int month) {
        return YearMonth.of(year, month).lengthOfMonth();
    }

    /** Years that begin in March have their leap day last. */
    private static long epochDay(int year, int month, int day) {
        int shiftedYear = month <= 2 ? year - 1 : year;
        int shiftedMonth = month <= 2 ? month + 9 : month - 3;
        long daysBeforeYear = 365L * shiftedYear + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400;
        return daysBeforeYear + (153 * shiftedMonth + 2) / 5 + day - 1 - 719_468;
    }
}
