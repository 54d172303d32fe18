package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.engine.source.RowSchema;
import io.firn.engine.source.SourceRecord;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How records are encoded. Used for the records of one topic, by one thread. */
public abstract class RecordFormat {
    private static final ObjectMapper TREES = new ObjectMapper();

    RecordFormat() {}

    /**
     * @return a parser that stands on the first token of the envelope, or of an object that has it as its payload
     * @throws UndecodableException when the record is not in this format
     */
    abstract JsonParser open(byte[] value) throws IOException, UndecodableException;

    /**
     * @return how the record opened last writes its rows; null where it does not say. The same object while it stays.
     */
    abstract @Nullable RowSchema rows();

    /** @return a whole record, which is not a change of a table or cannot be read as one */
    JsonNode tree(byte[] value) throws UndecodableException {
        try (JsonParser json = open(value)) {
            JsonNode record = TREES.readTree(json);
            return record.has("payload") ? record.path("payload") : record;
        } catch (IOException e) {
            throw new UndecodableException("the record is not " + name() + ": " + e.getMessage());
        }
    }

    /**
     * @return the same record as JSON, which says beside it how its rows are written; the record itself where it is
     *     JSON already, or cannot be read
     */
    public SourceRecord asJson(SourceRecord record) {
        return record;
    }

    /** @return what an error message calls it */
    abstract String name();
}
