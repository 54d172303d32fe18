package io.firn.engine.source;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the rows in a record are written, where the source says so; in Kafka Connect's terms. */
public record RowSchema(List<Field> fields) {
    public RowSchema {
        fields = List.copyOf(fields);
    }

    /**
     * One column.
     *
     * @param type Connect's: {@code boolean}, {@code int8} to {@code int64}, {@code float32}, {@code float64},
     *     {@code string}, {@code bytes}, {@code array}, {@code map} or {@code struct}
     * @param logical the name of its logical type, such as {@code io.debezium.time.Date}; null for none
     * @param parameters of the logical type
     * @param items the elements of an array; null for anything else
     */
    public record Field(
            String name,
            String type,
            @Nullable String logical,
            Map<String, String> parameters,
            boolean optional,
            @Nullable Field items) {
        public Field {
            parameters = Map.copyOf(parameters);
        }
    }
}
