package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** Names as DuckDB can read them. */
final class JsonNames {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonNames() {}

    static String array(List<String> names) {
        try {
            return JSON.writeValueAsString(names);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
