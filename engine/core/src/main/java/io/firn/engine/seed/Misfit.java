package io.firn.engine.seed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row that the lake's types cannot hold, or that breaks one of its table's rules.
 *
 * @param reason names the first column, its value and its type; or the rule
 * @param json the row as an object of texts, as the source prints them
 */
public record Misfit(String reason, String json) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @return the texts of some columns, which are not null */
    List<String> texts(List<String> columns) {
        try {
            Map<String, @Nullable String> row = JSON.readValue(json, new TypeReference<>() {});
            return columns.stream()
                    .map(column -> Objects.requireNonNullElse(row.get(column), ""))
                    .toList();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a row that was set aside is no object of texts", e);
        }
    }
}
