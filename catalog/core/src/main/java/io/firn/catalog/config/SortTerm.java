package io.firn.catalog.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One column to sort by: {@code product_id} or {@code updated_at desc}. Nulls come first ascending, last descending.
 * Two to four columns together may be {@code hilbert}.
 */
public record SortTerm(String column, Direction direction) {

    /** Which end comes first. */
    public enum Direction {
        ASCENDING,
        DESCENDING,
        /** Neither: rows are kept near each other that are near in this and in the other such columns. */
        HILBERT
    }

    private static final Pattern TEXT = Pattern.compile("(?i)([^\\s(),]+)(?:\\s+(asc|desc|hilbert))?");

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException whose message is the rule that {@code text} breaks
     */
    public static SortTerm parse(String text) {
        Matcher term = TEXT.matcher(text.strip());
        if (!term.matches()) {
            throw new IllegalArgumentException("must be a column, or a column with asc, desc or hilbert");
        }
        String direction = term.group(2) == null ? "asc" : term.group(2).toLowerCase(Locale.ROOT);
        return new SortTerm(
                term.group(1),
                switch (direction) {
                    case "desc" -> Direction.DESCENDING;
                    case "hilbert" -> Direction.HILBERT;
                    default -> Direction.ASCENDING;
                });
    }

    @Override
    public String toString() {
        return switch (direction) {
            case ASCENDING -> column;
            case DESCENDING -> column + " desc";
            case HILBERT -> column + " hilbert";
        };
    }
}
