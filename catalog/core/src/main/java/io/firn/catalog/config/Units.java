package io.firn.catalog.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Period;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers with units: {@code 1m}, {@code 1h 30m}, {@code 256MB}, {@code 24 months}. */
final class Units {

    private static final Pattern QUANTITY = Pattern.compile("\\s*(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([A-Za-z]+)\\s*");
    private static final String DURATION_RULE = "must be a positive duration, as in 90s, 1m or 1h 30m,";
    private static final String SIZE_RULE = "must be a positive size with its unit, as in 256MB,";
    private static final String PERIOD_RULE =
            "must be a positive number of days, weeks, months or years, as in 24 months,";

    private static final Map<String, Duration> DURATIONS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Map<String, Long> SIZES =
            Map.of("b", 1L, "kb", 1L << 10, "mb", 1L << 20, "gb", 1L << 30, "tb", 1L << 40);

    private Units() {}

    static Duration duration(String text) {
        Matcher part = QUANTITY.matcher(text);
        Duration total = Duration.ZERO;
        while (part.lookingAt()) {
            Duration unit = known(DURATIONS.get(part.group(2).toLowerCase(Locale.ROOT)), DURATION_RULE);
            total = total.plusMillis(exact(part.group(1), unit.toMillis(), DURATION_RULE));
            part.region(part.end(), text.length());
        }
        if (part.regionStart() != text.length() || total.isZero()) {
            throw new IllegalArgumentException(DURATION_RULE);
        }
        return total;
    }

    static long bytes(String text) {
        Matcher quantity = QUANTITY.matcher(text);
        if (!quantity.matches()) {
            throw new IllegalArgumentException(SIZE_RULE);
        }
        String unit = quantity.group(2).toLowerCase(Locale.ROOT).replace("ib", "b");
        long bytes = exact(quantity.group(1), known(SIZES.get(unit), SIZE_RULE), SIZE_RULE);
        if (bytes == 0) {
            throw new IllegalArgumentException(SIZE_RULE);
        }
        return bytes;
    }

    static Period period(String text) {
        Matcher quantity = QUANTITY.matcher(text);
        if (!quantity.matches()
                || quantity.group(1).length() > 5
                || quantity.group(1).contains(".")) {
            throw new IllegalArgumentException(PERIOD_RULE);
        }
        int count = Integer.parseInt(quantity.group(1));
        Period period = switch (quantity.group(2).toLowerCase(Locale.ROOT)) {
            case "day", "days" -> Period.ofDays(count);
            case "week", "weeks" -> Period.ofWeeks(count);
            case "month", "months" -> Period.ofMonths(count);
            case "year", "years" -> Period.ofYears(count);
            default -> Period.ZERO;
        };
        if (period.isZero()) {
            throw new IllegalArgumentException(PERIOD_RULE);
        }
        return period;
    }

    private static <T> T known(@Nullable T unit, String rule) {
        if (unit == null) {
            throw new IllegalArgumentException(rule);
        }
        return unit;
    }

    private static long exact(String number, long unit, String rule) {
        try {
            return new BigDecimal(number).multiply(BigDecimal.valueOf(unit)).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(rule, e);
        }
    }
}
