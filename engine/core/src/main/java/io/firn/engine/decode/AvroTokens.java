package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;

/** Reads a value of an Avro schema and writes it as JSON tokens. */
final class AvroTokens {
    private AvroTokens() {}

    static void write(Schema schema, BinaryDecoder in, JsonGenerator out) throws IOException {
        switch (schema.getType()) {
            case RECORD -> {
                out.writeStartObject();
                for (Schema.Field field : schema.getFields()) {
                    out.writeFieldName(field.name());
                    write(field.schema(), in, out);
                }
                out.writeEndObject();
            }
            case UNION -> write(schema.getTypes().get(in.readIndex()), in, out);
            case ARRAY -> array(schema.getElementType(), in, out);
            case MAP -> map(schema.getValueType(), in, out);
            case NULL -> {
                in.readNull();
                out.writeNull();
            }
            case BOOLEAN -> out.writeBoolean(in.readBoolean());
            case INT -> out.writeNumber(in.readInt());
            case LONG -> out.writeNumber(in.readLong());
            case FLOAT -> out.writeNumber(in.readFloat());
            case DOUBLE -> out.writeNumber(in.readDouble());
            case STRING -> out.writeString(in.readString());
            case ENUM -> out.writeString(schema.getEnumSymbols().get(in.readEnum()));
            case BYTES -> bytes(in.readBytes(null), out);
            case FIXED -> {
                byte[] fixed = new byte[schema.getFixedSize()];
                in.readFixed(fixed);
                out.writeBinary(fixed);
            }
        }
    }

    private static void bytes(ByteBuffer read, JsonGenerator out) throws IOException {
        byte[] bytes = new byte[read.remaining()];
        read.get(bytes);
        out.writeBinary(bytes);
    }

    private static void array(Schema element, BinaryDecoder in, JsonGenerator out) throws IOException {
        boolean isMap = isEntry(element);
        if (isMap) {
            out.writeStartObject();
        } else {
            out.writeStartArray();
        }
        for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
            for (long i = 0; i < left; i++) {
                if (isMap) {
                    entry(element.getFields(), in, out);
                } else {
                    write(element, in, out);
                }
            }
        }
        if (isMap) {
            out.writeEndObject();
        } else {
            out.writeEndArray();
        }
    }

    /** A map whose keys may be null is an array of entries in Avro. */
    static boolean isEntry(Schema element) {
        return element.getType() == Schema.Type.RECORD
                && element.getFields().size() == 2
                && element.getField("key") != null
                && element.getField("value") != null;
    }

    private static void entry(List<Schema.Field> fields, BinaryDecoder in, JsonGenerator out) throws IOException {
        Schema key = fields.get(0).schema();
        Schema named = key.getType() == Schema.Type.UNION ? key.getTypes().get(in.readIndex()) : key;
        out.writeFieldName(named.getType() == Schema.Type.NULL ? "" : in.readString());
        write(fields.get(1).schema(), in, out);
    }

    private static void map(Schema value, BinaryDecoder in, JsonGenerator out) throws IOException {
        out.writeStartObject();
        for (long left = in.readMapStart(); left > 0; left = in.mapNext()) {
            for (long i = 0; i < left; i++) {
                out.writeFieldName(in.readString());
                write(value, in, out);
            }
        }
        out.writeEndObject();
    }
}
