package io.firn.dq.openlineage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of the lake, where it comes from, and what was found about it.
 *
 * @param name with its namespace, such as {@code atlas.price}
 * @param location where its files are
 * @param snapshotId null when it has none
 * @param source {@code schema.table}
 */
public record LineageTable(
        String name,
        String location,
        @Nullable Long snapshotId,
        String source,
        List<Column> columns,
        List<Assertion> assertions) {
    public LineageTable {
        columns = List.copyOf(columns);
        assertions = List.copyOf(assertions);
    }

    /**
     * A column, called the same in the source.
     *
     * @param policy what becomes of its values on the way; null when they stay what they are
     */
    public record Column(String name, String type, @Nullable String policy) {}

    /**
     * Whether something expected is so.
     *
     * @param column that it is about; null when it is about the table
     */
    public record Assertion(
            String expectation, boolean holds, @Nullable String column) {}
}
