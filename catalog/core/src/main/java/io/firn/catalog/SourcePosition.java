package io.firn.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where to go on reading a source: for each of its partitions (a Kafka topic partition, or the one stream of a
 * replication slot) a token that only the source understands.
 */
public record SourcePosition(Map<String, String> tokens) {
    /** The position before everything. */
    public static final SourcePosition EMPTY = new SourcePosition(Map.of());

    private static final ObjectMapper JSON = new ObjectMapper();

    public SourcePosition {
        tokens = Collections.unmodifiableMap(new TreeMap<>(tokens));
    }

    /** @return this position with the other's tokens in place of its own where both have one */
    public SourcePosition plus(SourcePosition later) {
        Map<String, String> merged = new TreeMap<>(tokens);
        merged.putAll(later.tokens);
        return new SourcePosition(merged);
    }

    /** @return the position as one line of JSON with sorted keys */
    public String json() {
        try {
            return JSON.writeValueAsString(tokens);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads what {@link #json()} wrote. */
    public static SourcePosition parse(String json) {
        try {
            return new SourcePosition(JSON.readValue(json, new TypeReference<Map<String, String>>() {}));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a source position: " + json, e);
        }
    }
}
