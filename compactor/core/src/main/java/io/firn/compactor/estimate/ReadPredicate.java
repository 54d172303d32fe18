package io.firn.compactor.estimate;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
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

/**
 * What a reader asks for: rows with one value of a column, or with values of a range.
 *
 * @param from the least value, as text
 * @param to the greatest, which belongs to the range
 */
public record ReadPredicate(String column, String from, String to) {
    private static final String RANGE = "..";

    /**
     * Reads {@code column=value} or {@code column=from..to}.
     *
     * @throws FirnException when the text is neither
     */
    public static ReadPredicate parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID,
                    "--reads must be like column=value or column=from..to but was '%s'".formatted(text));
        }
        String column = text.substring(0, equals).strip();
        String value = text.substring(equals + 1).strip();
        int range = value.indexOf(RANGE);
        return range < 0
                ? new ReadPredicate(column, value, value)
                : new ReadPredicate(
                        column,
                        value.substring(0, range).strip(),
                        value.substring(range + RANGE.length()).strip());
    }

    /**
     * Returns the predicate for a table; empty when the table has no such column.
     *
     * @throws FirnException when the values are not of the column's type
     */
    public Optional<Expression> in(Schema schema) {
        NestedField field = schema.asStruct().field(column);
        return field == null
                ? Optional.empty()
                : Optional.of(Expressions.and(
                        Expressions.greaterThanOrEqual(column, value(field.type(), from)),
                        Expressions.lessThanOrEqual(column, value(field.type(), to))));
    }

    private Object value(Type type, String text) {
        try {
            return switch (type.typeId()) {
                case TIMESTAMP -> micros(text);
                case DATE -> (int) LocalDate.parse(text).toEpochDay();
                default -> Conversions.fromPartitionString(type, text);
            };
        } catch (IllegalArgumentException | UnsupportedOperationException | DateTimeException e) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID, "column %s is %s, which '%s' is not".formatted(column, type, text), e);
        }
    }

    private static long micros(String text) {
        Instant moment = text.contains("T")
                ? Instant.parse(text)
                : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
    }
}
