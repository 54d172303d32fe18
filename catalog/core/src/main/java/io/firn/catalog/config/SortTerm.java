package io.firn.catalog.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One column to sort by: {@code product_id} or {@code updated_at desc}. Nulls come first ascending, last descending.
 */
public record SortTerm(String column, Direction direction) {

    /** Which end comes first. */
    public enum Direction {
        ASCENDING,
        DESCENDING
    }

    private static final Pattern TEXT = Pattern.compile("(?i)([^\\s(),]+)(?:\\s+(asc|desc))?");

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException whose message is the rule that {@code text} breaks
     */
    public static SortTerm parse(String text) {
        Matcher term = TEXT.matcher(text.strip());
        if (!term.matches()) {
            throw new IllegalArgumentException("must be a column, or a column with asc or desc");
        }
        return new SortTerm(
                term.group(1), "desc".equalsIgnoreCase(term.group(2)) ? Direction.DESCENDING : Direction.ASCENDING);
    }

    @Override
    public String toString() {
        return direction == Direction.ASCENDING ? column : column + " desc";
    }
}
