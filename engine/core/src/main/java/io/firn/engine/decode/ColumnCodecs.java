package io.firn.engine.decode;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Chooses the codec of a column from its Iceberg type and from PostgreSQL's spelling of its type. */
final class ColumnCodecs {
    private ColumnCodecs() {}

    static ColumnCodec of(Type type, String sourceType, SourceEncoding encoding) {
        return switch (type.typeId()) {
            case INTEGER -> NumberCodecs.INTEGER;
            case LONG -> NumberCodecs.LONG;
            case FLOAT -> NumberCodecs.FLOAT;
            case DOUBLE -> NumberCodecs.DOUBLE;
            case BOOLEAN -> NumberCodecs.BOOLEAN;
            case DECIMAL -> new DecimalCodec((Types.DecimalType) type, encoding.decimals());
            case DATE -> TimeCodecs.DATE;
            case TIMESTAMP -> TimeCodecs.timestamp((Types.TimestampType) type, sourceType);
            case BINARY -> new BinaryCodec(encoding.unavailable());
            case LIST -> new ListCodec((Types.ListType) type, sourceType, encoding);
            case MAP -> new MapCodec(encoding);
            default -> TextCodecs.of(sourceType, encoding);
        };
    }
}
