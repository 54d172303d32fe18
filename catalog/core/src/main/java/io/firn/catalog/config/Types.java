package io.firn.catalog.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of values that keys have. */
final class Types {

    static final ValueType<String> TEXT = ValueType.of("text", Types::text);
    static final ValueType<Secret> SECRET = ValueType.of("text", Secret::new);
    static final ValueType<List<String>> COLUMNS = ValueType.listOf("columns", Types::text);
    static final ValueType<Map<String, String>> PROPERTIES = ValueType.properties();
    static final ValueType<Long> COUNT = ValueType.of("count", text -> atLeast(1, whole(text), "must be positive"));
    static final ValueType<Long> COUNT_OR_NONE =
            ValueType.of("count", text -> atLeast(0, whole(text), "must not be negative"));
    static final ValueType<Double> NUMBER = ValueType.of("number", Types::number);
    static final ValueType<Double> SHARE = ValueType.of("share", Types::share);
    static final ValueType<Double> DOLLARS = ValueType.of("dollars", Types::dollars);
    static final ValueType<Double> PERCENT = ValueType.of("percentage", Types::percent);
    static final ValueType<Duration> DURATION = ValueType.of("duration", Units::duration);
    static final ValueType<Period> PERIOD = ValueType.of("days, weeks, months or years", Units::period);
    static final ValueType<Long> SIZE = ValueType.of("size", Units::bytes);
    static final ValueType<ZoneId> ZONE = ValueType.of("time zone", Types::zone);
    static final ValueType<String> SCHEDULE = ValueType.of("cron schedule", CronFields::checked);
    static final ValueType<QuietHours> HOURS = ValueType.of("hours of the day", QuietHours::parse);
    static final ValueType<List<PartitionTerm>> PARTITIONS =
            ValueType.listOf("partition transforms", PartitionTerm::parse);
    static final ValueType<List<SortTerm>> SORT =
            ValueType.listOf("columns, each with `asc` or `desc`", SortTerm::parse);
    static final ValueType<List<ReadTerm>> READS =
            ValueType.listOf("`column=value` or `column=from..to`", ReadTerm::parse);

    private Types() {}

    /** One of an enum's names, in lower case with hyphens; underscores are understood too. */
    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
        String names = Arrays.stream(type.getEnumConstants())
                .map(Types::name)
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(", "));
        return ValueType.of(names, text -> choice(type, text));
    }

    static <E extends Enum<E>> String name(E value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Text that must match as a whole. */
    static ValueType<String> matching(String name, Pattern pattern, String rule) {
        return ValueType.of(name, text -> {
            if (!pattern.matcher(text).matches()) {
                throw new IllegalArgumentException(rule);
            }
            return text;
        });
    }

    private static <E extends Enum<E>> E choice(Class<E> type, String text) {
        List<String> names =
                Arrays.stream(type.getEnumConstants()).map(Types::name).toList();
        int found = names.indexOf(text.toLowerCase(Locale.ROOT).replace('_', '-'));
        if (found < 0) {
            throw new IllegalArgumentException("must be " + or(names));
        }
        return type.getEnumConstants()[found];
    }

    private static String or(List<String> names) {
        return names.size() == 1
                ? names.get(0)
                : String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.get(names.size() - 1);
    }

    private static String text(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("must not be empty");
        }
        return text;
    }

    private static long whole(String text) {
        try {
            return Long.parseLong(text.replace("_", ""));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a whole number", e);
        }
    }

    private static long atLeast(long least, long value, String rule) {
        if (value < least) {
            throw new IllegalArgumentException(rule);
        }
        return value;
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            String near = Suggestion.nearest(text, ZoneId.getAvailableZoneIds())
                    .map(name -> " (near: " + name + ")")
                    .orElse("");
            throw new IllegalArgumentException("must be a time zone such as UTC or Europe/Berlin" + near, e);
        }
    }

    private static double number(String text) {
        if (!text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
            throw new IllegalArgumentException("must be a number that is not negative, as in 0.2");
        }
        return Double.parseDouble(text);
    }

    private static double share(String text) {
        Tolerance share = Tolerance.parse(text);
        if (share.amount() > 1 && share.unit() == Tolerance.Unit.ABSOLUTE) {
            throw new IllegalArgumentException("must be a share, as in 0.05 or 5%,");
        }
        return share.amount();
    }

    private static double dollars(String text) {
        if (!text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
            throw new IllegalArgumentException("must be an amount of dollars, as in 0.023");
        }
        return Double.parseDouble(text);
    }

    private static double percent(String text) {
        if (!text.matches("(\\d{1,2}(\\.\\d{1,4})?|100) ?%")) {
            throw new IllegalArgumentException("must be a percentage, as in 5% or 0.1%,");
        }
        return Double.parseDouble(text.substring(0, text.length() - 1).strip()) / 100;
    }
}
