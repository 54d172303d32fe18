package io.firn.dq.expect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.catalog.config.Expectation.Columns;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at the columns' names and types. */
final class SchemaCheck {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SchemaCheck() {}

    static Finding measure(Probe probe, CheckedTable table, Columns columns) {
        Map<String, String> actual = new LinkedHashMap<>();
        table.scan()
                .schema()
                .columns()
                .forEach(field -> actual.put(field.name(), field.type().toString()));
        @Nullable
        Map<String, String> expected = columns.columns().isEmpty()
                ? probe.history()
                        .latest(table.name(), columns.name())
                        .map(Result::state)
                        .map(SchemaCheck::parse)
                        .orElse(null)
                : columns.columns();
        return new Finding(Verdicts.schema(expected, actual), List.of(), Scope.FULL, json(actual));
    }

    private static String json(Map<String, String> columns) {
        try {
            return JSON.writeValueAsString(columns);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Map<String, String> parse(String json) {
        try {
            return JSON.readValue(json, new TypeReference<Map<String, String>>() {});
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
