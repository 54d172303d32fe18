package io.firn.engine.decode;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL's spelling of a type, taken apart.
 *
 * @param name without precision and brackets: {@code timestamp without time zone}
 * @param precision the first number in parentheses; -1 for none
 * @param scale the second; 0 for none
 * @param dimensions whether it is an array of {@code name}
 */
record ColumnType(String name, int precision, int scale, Dimensions dimensions) {
    enum Dimensions {
        NONE,
        ARRAY
    }

    private static final Pattern NUMBERS = Pattern.compile("\\((\\d+)(?:,\\s*(-?\\d+))?\\)");

    /** Types that Debezium sends only when {@code include.unknown.datatypes} is set, as bytes of their text. */
    private static final Set<String> UNKNOWN_TO_DEBEZIUM = Set.of(
            "tsquery",
            "line",
            "lseg",
            "box",
            "path",
            "polygon",
            "circle",
            "pg_lsn",
            "jsonpath",
            "xid",
            "cid",
            "tid",
            "txid_snapshot",
            "pg_snapshot",
            "xid8",
            "int4multirange",
            "int8multirange",
            "nummultirange",
            "tsmultirange",
            "tstzmultirange",
            "datemultirange");

    private static final Set<String> GEOMETRY = Set.of("line", "lseg", "box", "path", "polygon", "circle");

    /** Arrays that Debezium never sends. */
    private static final Set<String> NEVER_AS_ARRAY = Set.of("interval", "point", "money");

    static ColumnType of(String spelling) {
        String text = spelling.trim().toLowerCase(Locale.ROOT);
        Dimensions dimensions = Dimensions.NONE;
        while (text.endsWith("[]")) {
            text = text.substring(0, text.length() - 2);
            dimensions = Dimensions.ARRAY;
        }
        Matcher numbers = NUMBERS.matcher(text);
        if (!numbers.find()) {
            return new ColumnType(text, -1, 0, dimensions);
        }
        String name = (text.substring(0, numbers.start()) + text.substring(numbers.end())).replaceAll(" +", " ");
        int scale = numbers.group(2) == null ? 0 : Integer.parseInt(numbers.group(2));
        return new ColumnType(name.trim(), Integer.parseInt(numbers.group(1)), scale, dimensions);
    }

    boolean isArray() {
        return dimensions == Dimensions.ARRAY;
    }

    ColumnType element() {
        return new ColumnType(name, precision, scale, Dimensions.NONE);
    }

    boolean isNumeric() {
        return name.equals("numeric") || name.equals("decimal");
    }

    boolean isBits() {
        return name.equals("bit") || name.equals("bit varying");
    }

    boolean isGeometry() {
        return GEOMETRY.contains(name);
    }

    /** @return whether a connector leaves the column out of its records unless it is told not to */
    boolean isUnknownToDebezium() {
        return UNKNOWN_TO_DEBEZIUM.contains(name)
                || name.startsWith("composite ")
                || name.startsWith("reg")
                || isArray() && NEVER_AS_ARRAY.contains(name);
    }
}
