package io.firn.compactor.estimate;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.ReadTerm;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/** What a reader asks for, as Iceberg filters by it. */
public final class ReadPredicate {
    private ReadPredicate() {}

    /**
     * Returns the predicate for a table; empty when the table has no such column.
     *
     * @throws FirnException when the values are not of the column's type
     */
    public static Optional<Expression> of(ReadTerm read, Schema schema) {
        NestedField field = schema.asStruct().field(read.column());
        return field == null
                ? Optional.empty()
                : Optional.of(Expressions.and(
                        Expressions.greaterThanOrEqual(read.column(), value(field, read.from())),
                        Expressions.lessThanOrEqual(read.column(), value(field, read.to()))));
    }

    private static Object value(NestedField field, String text) {
        Type type = field.type();
        try {
            return switch (type.typeId()) {
                case TIMESTAMP -> micros(text);
                case DATE -> (int) LocalDate.parse(text).toEpochDay();
                default -> Conversions.fromPartitionString(type, text);
            };
        } catch (IllegalArgumentException | UnsupportedOperationException | DateTimeException e) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID,
                    "column %s is %s, which '%s' is not".formatted(field.name(), type, text),
                    e);
        }
    }

    private static long micros(String text) {
        Instant moment = text.contains("T")
                ? Instant.parse(text)
                : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
    }
}
