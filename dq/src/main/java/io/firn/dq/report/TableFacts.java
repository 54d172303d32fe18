package io.firn.dq.report;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page says of a table beside what was found.
 *
 * @param source {@code schema.table} in the source
 * @param group the group it is certified with; its own name when with no other
 * @param certifiedAt the source's time of the state that is certified; null when none is
 * @param obstacles what keeps its group from being certified as it is now, one line each
 * @param references tables that its rows refer to
 */
public record TableFacts(
        String name,
        String source,
        String group,
        @Nullable Instant certifiedAt,
        List<String> obstacles,
        List<Column> columns,
        List<String> references) {
    public TableFacts {
        obstacles = List.copyOf(obstacles);
        columns = List.copyOf(columns);
        references = List.copyOf(references);
    }

    /**
     * A column and where it comes from.
     *
     * @param source its name in the source
     * @param lake its name in the lake; null for one that never gets there
     * @param type in the lake, in Iceberg's words
     * @param policy what becomes of its values on the way; null when they stay what they are
     */
    public record Column(
            String source,
            @Nullable String lake,
            String type,
            @Nullable String policy) {}
}
