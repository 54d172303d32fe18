package io.firn.catalog.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One partition field, an Iceberg transform of a column: {@code bucket(8, product_id)}, {@code day(updated_at)} or a
 * plain column name.
 *
 * @param width buckets of {@code bucket}, width of {@code truncate}; 0 for the others
 */
public record PartitionTerm(Transform transform, String column, int width) {

    /** Iceberg's partition transforms. */
    public enum Transform {
        IDENTITY,
        BUCKET,
        TRUNCATE,
        YEAR,
        MONTH,
        DAY,
        HOUR;

        boolean takesWidth() {
            return this == BUCKET || this == TRUNCATE;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Pattern CALL = Pattern.compile("(\\w+)\\s*\\(\\s*(?:(\\d{1,9})\\s*,\\s*)?([^\\s(),]+)\\s*\\)");
    private static final Pattern COLUMN = Pattern.compile("[^\\s(),]+");

    public PartitionTerm {
        if (transform.takesWidth() && width < 1) {
            throw new IllegalArgumentException(
                    "must give " + transform.text() + " a positive number, as in " + transform.text() + "(8, column)");
        }
        if (!transform.takesWidth() && width != 0) {
            throw new IllegalArgumentException(
                    "must not give " + transform.text() + " a number, as in " + transform.text() + "(column)");
        }
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException whose message is the rule that {@code text} breaks
     */
    public static PartitionTerm parse(String text) {
        if (COLUMN.matcher(text.strip()).matches()) {
            return new PartitionTerm(Transform.IDENTITY, text.strip(), 0);
        }
        Matcher call = CALL.matcher(text.strip());
        if (!call.matches()) {
            throw new IllegalArgumentException("must be a column or transform(column), as in bucket(8, product_id)");
        }
        int width = call.group(2) == null ? 0 : Integer.parseInt(call.group(2));
        return new PartitionTerm(transformNamed(call.group(1)), call.group(3), width);
    }

    private static Transform transformNamed(String name) {
        return Arrays.stream(Transform.values())
                .filter(t -> t.text().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must use one of the transforms "
                        + Arrays.stream(Transform.values()).map(Transform::text).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return switch (transform) {
            case IDENTITY -> column;
            case BUCKET, TRUNCATE -> transform.text() + "(" + width + ", " + column + ")";
            default -> transform.text() + "(" + column + ")";
        };
    }
}
