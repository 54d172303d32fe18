package io.firn.catalog;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;

/** Reads partition transforms and sort columns as configuration writes them. */
final class Layouts {
    private static final Pattern TRANSFORM =
            Pattern.compile("(?:(\\w+)\\s*\\(\\s*(?:(\\d+)\\s*,\\s*)?)?([\\w.\"]+?)\\s*\\)?");

    private Layouts() {}

    static PartitionSpec partitionSpec(Schema schema, List<String> transforms, String setting) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
        for (String text : transforms) {
            add(spec, schema, text, setting);
        }
        return spec.build();
    }

    private static void add(PartitionSpec.Builder spec, Schema schema, String text, String setting) {
        Matcher match = TRANSFORM.matcher(text.trim());
        if (!match.matches()) {
            throw unknown(setting, text);
        }
        String name = match.group(1) == null ? "identity" : match.group(1).toLowerCase(Locale.ROOT);
        String column = column(schema, match.group(3), setting);
        boolean hasWidth = match.group(2) != null;
        int width = hasWidth ? Integer.parseInt(match.group(2)) : 0;
        switch (name) {
            case "identity" -> spec.identity(column);
            case "year", "years" -> spec.year(column);
            case "month", "months" -> spec.month(column);
            case "day", "days" -> spec.day(column);
            case "hour", "hours" -> spec.hour(column);
            case "bucket" -> spec.bucket(column, positive(width, setting, text));
            case "truncate" -> spec.truncate(column, positive(width, setting, text));
            default -> throw unknown(setting, text);
        }
    }

    private static int positive(int width, String setting, String text) {
        if (width < 1) {
            throw unknown(setting, text);
        }
        return width;
    }

    static SortOrder sortOrder(Schema schema, List<String> columns, String setting) {
        SortOrder.Builder order = SortOrder.builderFor(schema);
        for (String column : columns) {
            order.asc(column(schema, column, setting));
        }
        return order.build();
    }

    private static String column(Schema schema, String name, String setting) {
        if (schema.findField(name) == null) {
            throw FirnException.user(
                    "UNKNOWN_COLUMN",
                    "%s names %s, which is not a column of the table (%s)"
                            .formatted(
                                    setting,
                                    name,
                                    String.join(
                                            ", ",
                                            schema.columns().stream()
                                                    .map(field -> field.name())
                                                    .toList())));
        }
        return name;
    }

    private static FirnException unknown(String setting, String text) {
        return FirnException.user(
                "UNKNOWN_TRANSFORM",
                "%s has %s, which must be a column or one of bucket(n, c), truncate(n, c), year(c), month(c), day(c), hour(c)"
                        .formatted(setting, text));
    }
}
