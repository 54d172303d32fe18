package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.firn.engine.source.RowSchema;
import io.firn.engine.source.SourceRecord;
import java.io.ByteArrayOutputStream;
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
    private final JsonFormat plain = new JsonFormat();
    private @Nullable AvroFormat keys;
    private @Nullable RowSchema rows;

    AvroFormat(SchemaRegistry registry) {
        this.registry = registry;
    }

    /** A record that was changed on its way, or was in quarantine since, is JSON. */
    @Override
    JsonParser open(byte[] value) throws IOException, UndecodableException {
        if (isJson(value)) {
            rows = null;
            lastId = -1;
            return plain.open(value);
        }
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

    @Override
    public SourceRecord asJson(SourceRecord record) {
        byte[] key = record.key();
        byte[] value = record.value();
        keys = keys == null ? new AvroFormat(registry) : keys;
        return new SourceRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                key == null ? null : keys.json(key),
                value == null ? null : json(value),
                record.rows() == null ? rows : record.rows());
    }

    private static boolean isJson(byte[] value) {
        return value.length > 0 && value[0] == '{';
    }

    private byte[] json(byte[] avro) {
        if (isJson(avro)) {
            return avro;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(2 * avro.length);
        try (JsonParser record = open(avro);
                JsonGenerator json = MAPPER.createGenerator(out)) {
            json.copyCurrentStructure(record);
        } catch (IOException | UndecodableException e) {
            return avro;
        }
        return out.toByteArray();
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
