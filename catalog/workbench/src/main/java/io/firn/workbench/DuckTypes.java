package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Iceberg types as DuckDB spells them. */
public final class DuckTypes {
    /** DuckDB's Parquet writer has another form for these than Iceberg's specification. */
    private static final Set<Type.TypeID> WRITTEN_IN_ANOTHER_FORM =
            Set.of(Type.TypeID.TIME, Type.TypeID.FIXED, Type.TypeID.TIMESTAMP_NANO);

    private DuckTypes() {}

    /** Returns whether DuckDB has a type that holds exactly the values of the Iceberg type. */
    public static boolean has(Type type) {
        return all(type).allMatch(one -> switch (one.typeId()) {
            case UNKNOWN, VARIANT, GEOMETRY, GEOGRAPHY -> false;
            case TIMESTAMP_NANO -> !((Types.TimestampNanoType) one).shouldAdjustToUTC();
            default -> true;
        });
    }

    /** Returns whether DuckDB writes values of the Iceberg type into Parquet as Iceberg's specification has it. */
    static boolean writesAsSpecified(Type type) {
        return has(type) && all(type).noneMatch(one -> WRITTEN_IN_ANOTHER_FORM.contains(one.typeId()));
    }

    /** The type itself and those inside it. */
    private static Stream<Type> all(Type type) {
        return TypeUtil.indexById(Types.StructType.of(NestedField.optional(-1, "value", type))).values().stream()
                .map(NestedField::type);
    }

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
