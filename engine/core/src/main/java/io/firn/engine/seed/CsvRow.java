package io.firn.engine.seed;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A row in PostgreSQL's CSV. */
public final class CsvRow {
    private CsvRow() {}

    /** @param values texts, null for null */
    public static byte[] of(List<@Nullable String> values) {
        return values.stream()
                .map(CsvRow::field)
                .collect(Collectors.joining(",", "", "\n"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String field(@Nullable String value) {
        return value == null ? "" : '"' + value.replace("\"", "\"\"") + '"';
    }
}
