package io.firn.engine.seed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * How a table is read. Kept with the table in the lake until its load has ended, so that whoever goes on divides it in
 * the same way.
 *
 * @param job unique to this load of the table
 * @param shape changes when the table is altered or written anew in the source, so that parts read before and after do
 *     not belong together
 */
public record SeedPlan(String job, String shape, List<SeedPart> parts) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public SeedPlan {
        parts = List.copyOf(parts);
    }

    /** @return about how many rows there are */
    public long rows() {
        return parts.stream().mapToLong(SeedPart::rows).sum();
    }

    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static SeedPlan parse(String json) {
        try {
            return JSON.readValue(json, SeedPlan.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the plan of a load: " + json, e);
        }
    }
}
