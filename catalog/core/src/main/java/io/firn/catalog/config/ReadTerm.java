package io.firn.catalog.config;

/**
 * What readers ask for: rows with one value of a column, {@code category=chairs}, or with values of a range,
 * {@code updated_at=2026-11-01..2026-11-07}.
 *
 * @param from the least value, as text
 * @param to the greatest, which belongs to the range
 */
public record ReadTerm(String column, String from, String to) {
    private static final String RANGE = "..";

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException whose message is the rule that {@code text} breaks
     */
    public static ReadTerm parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("must be like column=value or column=from..to");
        }
        String column = text.substring(0, equals).strip();
        String value = text.substring(equals + 1).strip();
        int range = value.indexOf(RANGE);
        return range < 0
                ? new ReadTerm(column, value, value)
                : new ReadTerm(
                        column,
                        value.substring(0, range).strip(),
                        value.substring(range + RANGE.length()).strip());
    }

    @Override
    public String toString() {
        return from.equals(to) ? column + "=" + from : column + "=" + from + RANGE + to;
    }
}
