package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Iceberg types as DuckDB spells them. */
public final class DuckTypes {
    private DuckTypes() {}

    /**
     * Returns the DuckDB type that holds the Iceberg type's values; {@code fixed} is a BLOB without its length.
     *
     * @throws FirnException for variant, geometry, geography, unknown, and nanoseconds with a zone
     */
    public static String of(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> "BOOLEAN";
            case INTEGER -> "INTEGER";
            case LONG -> "BIGINT";
            case FLOAT -> "FLOAT";
            case DOUBLE -> "DOUBLE";
            case DATE -> "DATE";
            case TIME -> "TIME";
            case TIMESTAMP -> ((Types.TimestampType) type).shouldAdjustToUTC() ? "TIMESTAMPTZ" : "TIMESTAMP";
            case TIMESTAMP_NANO -> nanoseconds((Types.TimestampNanoType) type);
            case STRING -> "VARCHAR";
            case UUID -> "UUID";
            case FIXED, BINARY -> "BLOB";
            case DECIMAL ->
                "DECIMAL(%d,%d)".formatted(((Types.DecimalType) type).precision(), ((Types.DecimalType) type).scale());
            case LIST -> of(type.asListType().elementType()) + "[]";
            case MAP ->
                "MAP(%s, %s)"
                        .formatted(
                                of(type.asMapType().keyType()),
                                of(type.asMapType().valueType()));
            case STRUCT ->
                type.asStructType().fields().stream()
                        .map(field -> Sql.identifier(field.name()) + " " + of(field.type()))
                        .collect(Collectors.joining(", ", "STRUCT(", ")"));
            default -> throw unsupported(type);
        };
    }

    private static String nanoseconds(Types.TimestampNanoType type) {
        if (type.shouldAdjustToUTC()) {
            throw unsupported(type);
        }
        return "TIMESTAMP_NS";
    }

    private static FirnException unsupported(Type type) {
        return new FirnException(ErrorCode.TYPE_UNSUPPORTED, "DuckDB has no type for Iceberg's " + type);
    }
}
