package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.DateTimeUtil;

/** A column's initial default, which files from before the column stand for. */
final class Defaults {
    private Defaults() {}

    /** Returns the default as a VARCHAR literal that casts to the column's type; {@code NULL::VARCHAR} for none. */
    static String text(NestedField field) {
        Literal<?> initial = field.initialDefaultLiteral();
        if (initial == null) {
            return "NULL::VARCHAR";
        }
        Object value = initial.value();
        return Sql.literal(
                switch (field.type().typeId()) {
                    case BOOLEAN, INTEGER, LONG, FLOAT, DOUBLE, STRING, DECIMAL, UUID -> String.valueOf(value);
                    case DATE -> DateTimeUtil.daysToIsoDate((Integer) value);
                    case TIME -> DateTimeUtil.microsToIsoTime((Long) value);
                    case TIMESTAMP ->
                        ((Types.TimestampType) field.type()).shouldAdjustToUTC()
                                ? DateTimeUtil.microsToIsoTimestamptz((Long) value)
                                : DateTimeUtil.microsToIsoTimestamp((Long) value);
                    default ->
                        throw new FirnException(
                                ErrorCode.TYPE_UNSUPPORTED,
                                "column %s has a default of type %s, which is not supported"
                                        .formatted(field.name(), field.type()));
                });
    }

    /** Returns the default as an expression of the column's type. */
    static String sql(NestedField field) {
        return "CAST(%s AS %s)".formatted(text(field), DuckTypes.of(field.type()));
    }
}
