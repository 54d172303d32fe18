package io.firn.e2e.judge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Spark answered. */
public record JudgedTable(List<Column> columns, List<List<@Nullable Object>> rows) {

    /**
     * A column of an answer.
     *
     * @param type Spark's name of its type, such as {@code decimal(12,2)}
     */
    public record Column(String name, String type) {}
}
