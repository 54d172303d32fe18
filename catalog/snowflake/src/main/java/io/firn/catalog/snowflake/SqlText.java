package io.firn.catalog.snowflake;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Names and values as they are written in Snowflake's SQL. */
final class SqlText {

    private SqlText() {}

    /** A name, quoted, of one or several parts: {@code "ATLAS"."PRODUCT"}. */
    static String name(String... parts) {
        return Arrays.stream(parts)
                .map(part -> '"' + part.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining("."));
    }

    /** A text value. Snowflake reads backslashes in it as escapes. */
    static String text(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** A text that a LIKE pattern matches and nothing else. */
    static String pattern(String value) {
        return text(value.replace("_", "\\_").replace("%", "\\%"));
    }
}
