package io.firn.engine.decode;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Chooses the codec of a column from its type in the lake, its type in PostgreSQL and how it is written. */
final class ColumnCodecs {
    private ColumnCodecs() {}

    /** @return the codec; one that refuses every value where the way it is written loses some */
    static ColumnCodec of(Type type, ColumnType source, Wire wire, String unavailable) {
        return switch (type.typeId()) {
            case INTEGER -> NumberCodecs.INTEGER;
            case LONG -> NumberCodecs.LONG;
            case FLOAT -> NumberCodecs.FLOAT;
            case DOUBLE -> NumberCodecs.DOUBLE;
            case BOOLEAN -> NumberCodecs.BOOLEAN;
            case DECIMAL -> DecimalCodec.of((Types.DecimalType) type, wire);
            case DATE -> wire.form() == Wire.Form.ISO_DATE ? TimeCodecs.ISO_DATE : TimeCodecs.DATE;
            case TIMESTAMP -> TimeCodecs.timestamp(source, wire);
            case BINARY -> new BinaryCodec(wire.form(), unavailable);
            case LIST -> new ListCodec((Types.ListType) type, source.element(), items(wire), unavailable);
            case MAP -> new MapCodec(unavailable);
            default -> TextCodecs.of(source, wire, unavailable);
        };
    }

    private static Wire items(Wire wire) {
        Wire items = wire.items();
        return items == null ? Wire.of(Wire.Form.TEXT) : items;
    }
}
