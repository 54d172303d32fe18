package io.firn.catalog.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The five fields of a cron line, as POSIX crontab defines them, with steps. */
final class CronFields {

    private record Field(String name, int min, int max) {}

    private static final List<Field> FIELDS = List.of(
            new Field("minute", 0, 59),
            new Field("hour", 0, 23),
            new Field("day of month", 1, 31),
            new Field("month", 1, 12),
            new Field("day of week", 0, 7));
    private static final Pattern ITEM = Pattern.compile("(?:\\*|(\\d{1,2})(?:-(\\d{1,2}))?)(?:/([1-9]\\d?))?");

    private CronFields() {}

    /** The schedule itself when it is well-formed. */
    static String checked(String schedule) {
        String[] parts = schedule.strip().split("\\s+");
        if (parts.length != FIELDS.size()) {
            throw new IllegalArgumentException(
                    "must have the five fields minute, hour, day of month, month and day of week");
        }
        for (int i = 0; i < parts.length; i++) {
            check(FIELDS.get(i), parts[i]);
        }
        return String.join(" ", parts);
    }

    private static void check(Field field, String text) {
        for (String item : text.split(",", -1)) {
            Matcher parts = ITEM.matcher(item);
            if (!parts.matches() || !within(field, parts)) {
                throw new IllegalArgumentException("must have a %s of %d-%d, a list, a range or */step"
                        .formatted(field.name(), field.min(), field.max()));
            }
        }
    }

    private static boolean within(Field field, Matcher parts) {
        if (parts.group(1) == null) {
            return true;
        }
        int from = Integer.parseInt(parts.group(1));
        int to = parts.group(2) == null ? from : Integer.parseInt(parts.group(2));
        return field.min() <= from && from <= to && to <= field.max();
    }
}
