package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.firn.engine.source.RowSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Avro as Confluent's converter writes it: a zero byte, the schema's number in four bytes, the record. Read as the
 * tokens that the JSON converter would have written for the same record, with bytes as bytes.
 *
 * @see <a
 *     href="https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format">the
 *     wire format</a>
 */
final class AvroFormat extends RecordFormat {
    private static final byte MAGIC = 0;
    private static final int HEADER_BYTES = 5;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final SchemaRegistry registry;
    private final Map<Integer, @Nullable RowSchema> rowsById = new HashMap<>();
    private @Nullable BinaryDecoder decoder;
    private int lastId = -1;
    private @Nullable RowSchema rows;

    AvroFormat(SchemaRegistry registry) {
        this.registry = registry;
    }

    @Override
    JsonParser open(byte[] value) throws IOException, UndecodableException {
        if (value.length < HEADER_BYTES || value[0] != MAGIC) {
            throw new UndecodableException("the record does not begin with a zero byte and a schema's number");
        }
        int id = ByteBuffer.wrap(value).getInt(1);
        Schema schema = registry.schema(id);
        if (id != lastId) {
            rows = rowsById.computeIfAbsent(id, i -> known(AvroRows.of(schema)));
            lastId = id;
        }
        TokenBuffer tokens = new TokenBuffer(MAPPER, false);
        decoder = DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, decoder);
        try {
            AvroTokens.write(schema, decoder, tokens);
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
            throw new UndecodableException("the record is not what schema " + id + " says: " + e.getMessage());
        }
        JsonParser json = tokens.asParser();
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new UndecodableException("schema " + id + " is not one of records");
        }
        return json;
    }

    /** Schemas with other numbers often say the same of the rows. */
    private @Nullable RowSchema known(@Nullable RowSchema read) {
        return rowsById.values().stream()
                .filter(other -> other != null && other.equals(read))
                .findFirst()
                .orElse(read);
    }

    @Override
    @Nullable
    RowSchema rows() {
        return rows;
    }

    @Override
    String name() {
        return "Avro";
    }
}
