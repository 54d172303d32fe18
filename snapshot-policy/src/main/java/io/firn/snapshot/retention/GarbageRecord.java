package io.firn.snapshot.retention;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;

/**
 * Files that were found to be needed by nothing once certain snapshots are gone. Written before these go, so that a
 * crash between leaves no file behind that nobody knows of.
 *
 * @param tableUuid the table that it was decided for
 * @param decidedAtMillis when, in milliseconds since the epoch
 * @param headSequence the table's last sequence number then; later commits were not looked at
 * @param expired the snapshots
 * @param tags that went with them
 * @param locations the files
 */
record GarbageRecord(
        String tableUuid,
        long decidedAtMillis,
        long headSequence,
        List<Long> expired,
        List<String> tags,
        List<String> locations) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    GarbageRecord {
        expired = List.copyOf(expired);
        tags = List.copyOf(tags);
        locations = List.copyOf(locations);
    }

    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static GarbageRecord parse(String json) {
        try {
            return JSON.readValue(json, GarbageRecord.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a list of garbage: " + e.getOriginalMessage(), e);
        }
    }
}
