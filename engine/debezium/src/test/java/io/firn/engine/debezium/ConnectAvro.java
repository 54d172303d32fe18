package io.firn.engine.debezium;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Connect's records as Confluent's Avro converter writes them: names, types and parameters that Avro has not are
 * properties of the schema, what is optional is a union with null, and a map whose keys are optional is an array of
 * entries.
 */
final class ConnectAvro {
    private final RegistryServer registry;
    private final Map<org.apache.kafka.connect.data.Schema, Schema> schemas = new HashMap<>();

    ConnectAvro(RegistryServer registry) {
        this.registry = registry;
    }

    byte[] bytes(org.apache.kafka.connect.data.Schema connect, Object value) {
        Schema schema = schemas.computeIfAbsent(connect, ConnectAvro::schema);
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new DataOutputStream(bytes).writeByte(0);
            new DataOutputStream(bytes).writeInt(registry.id(schema.toString()));
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new GenericDatumWriter<>(schema).write(value(connect, schema, value), encoder);
            encoder.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Schema schema(org.apache.kafka.connect.data.Schema connect) {
        Schema plain = switch (connect.type()) {
            case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
            case INT8, INT16, INT32 -> Schema.create(Schema.Type.INT);
            case INT64 -> Schema.create(Schema.Type.LONG);
            case FLOAT32 -> Schema.create(Schema.Type.FLOAT);
            case FLOAT64 -> Schema.create(Schema.Type.DOUBLE);
            case STRING -> Schema.create(Schema.Type.STRING);
            case BYTES -> Schema.create(Schema.Type.BYTES);
            case ARRAY -> Schema.createArray(schema(connect.valueSchema()));
            case MAP -> Schema.createArray(entry(connect));
            case STRUCT -> struct(connect);
        };
        if (connect.type() == org.apache.kafka.connect.data.Schema.Type.INT16) {
            plain.addProp("connect.type", "int16");
        }
        if (connect.name() != null) {
            plain.addProp("connect.name", connect.name());
        }
        if (connect.parameters() != null && connect.type() != org.apache.kafka.connect.data.Schema.Type.STRUCT) {
            plain.addProp("connect.parameters", new HashMap<>(connect.parameters()));
        }
        return connect.isOptional() ? Schema.createUnion(Schema.create(Schema.Type.NULL), plain) : plain;
    }

    private static Schema entry(org.apache.kafka.connect.data.Schema connect) {
        return SchemaBuilder.record("ConnectDefault" + System.identityHashCode(connect))
                .fields()
                .name("key")
                .type(schema(connect.keySchema()))
                .noDefault()
                .name("value")
                .type(schema(connect.valueSchema()))
                .noDefault()
                .endRecord();
    }

    private static Schema struct(org.apache.kafka.connect.data.Schema connect) {
        List<Schema.Field> fields = new ArrayList<>();
        for (Field field : connect.fields()) {
            fields.add(new Schema.Field(field.name(), schema(field.schema())));
        }
        String name = "S" + System.identityHashCode(connect) + "_" + Math.abs(fields.hashCode());
        return Schema.createRecord(name + "_" + COUNTER.incrementAndGet(), null, "firn", false, fields);
    }

    private static final java.util.concurrent.atomic.AtomicInteger COUNTER =
            new java.util.concurrent.atomic.AtomicInteger();

    private static @Nullable Object value(
            org.apache.kafka.connect.data.Schema connect, Schema declared, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        Schema schema =
                declared.getType() == Schema.Type.UNION ? declared.getTypes().get(1) : declared;
        return switch (connect.type()) {
            case STRUCT -> struct((Struct) value, schema);
            case ARRAY ->
                ((List<?>) value)
                        .stream()
                                .map(item -> value(connect.valueSchema(), schema.getElementType(), item))
                                .toList();
            case MAP -> entries(connect, schema, (Map<?, ?>) value);
            case INT8, INT16 -> ((Number) value).intValue();
            case BYTES -> buffer(connect, value);
            default -> value;
        };
    }

    private static ByteBuffer buffer(org.apache.kafka.connect.data.Schema connect, Object value) {
        if (value instanceof BigDecimal decimal) {
            return ByteBuffer.wrap(Decimal.fromLogical(connect, decimal));
        }
        return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : ((ByteBuffer) value).duplicate();
    }

    private static GenericData.Record struct(Struct value, Schema schema) {
        GenericData.Record record = new GenericData.Record(schema);
        for (Field field : value.schema().fields()) {
            record.put(
                    field.name(),
                    value(
                            field.schema(),
                            schema.getField(field.name()).schema(),
                            value.getWithoutDefault(field.name())));
        }
        return record;
    }

    private static List<GenericData.Record> entries(
            org.apache.kafka.connect.data.Schema connect, Schema schema, Map<?, ?> map) {
        List<GenericData.Record> entries = new ArrayList<>();
        map.forEach((key, value) -> {
            GenericData.Record entry = new GenericData.Record(schema.getElementType());
            entry.put(
                    "key",
                    value(
                            connect.keySchema(),
                            schema.getElementType().getField("key").schema(),
                            key));
            entry.put(
                    "value",
                    value(
                            connect.valueSchema(),
                            schema.getElementType().getField("value").schema(),
                            value));
            entries.add(entry);
        });
        return entries;
    }
}
