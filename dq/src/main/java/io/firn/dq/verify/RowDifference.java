package io.firn.dq.verify;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key whose rows differ.
 *
 * @param key the key's columns and values, in key order
 * @param kind what is wrong
 * @param columns for {@link Kind#DIFFERENT}, the columns that differ; otherwise empty
 */
public record RowDifference(Map<String, String> key, Kind kind, List<Column> columns) {
    public RowDifference {
        key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
        columns = List.copyOf(columns);
    }

    /** What is wrong with a key. */
    public enum Kind {
        /** PostgreSQL has the row, the lake has not. */
        MISSING_IN_LAKE,
        /** The lake has the row, PostgreSQL has not. */
        MISSING_IN_SOURCE,
        /** Both have it, with different values. */
        DIFFERENT,
        /** The lake has it more than once. */
        DOUBLED_IN_LAKE
    }

    /** A column's value on both sides, as each side's own text; null for null. */
    public record Column(
            String name, @Nullable String lake, @Nullable String postgres) {}
}
