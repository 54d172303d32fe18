package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Iceberg's partition transforms as SQL over a column. */
final class Transforms {
    private static final Pattern WITH_WIDTH = Pattern.compile("(bucket|truncate)\\[(\\d+)]");

    private Transforms() {}

    /**
     * Returns an expression whose value is the transform's, in Iceberg's integer form for dates (days) and times
     * (microseconds).
     */
    static String sql(Transform<?, ?> transform, NestedField source) {
        String column = Sql.identifier(source.name());
        Matcher width = WITH_WIDTH.matcher(transform.toString());
        if (width.matches()) {
            return width.group(1).equals("bucket")
                    ? bucket(source.type(), column, Integer.parseInt(width.group(2)))
                    : truncate(source.type(), column, Integer.parseInt(width.group(2)));
        }
        return switch (transform.toString()) {
            case "identity" -> internal(source.type(), column);
            case "void" -> "CAST(NULL AS " + DuckTypes.of(source.type()) + ")";
            case "year" -> "CAST(year(%s) - 1970 AS INTEGER)".formatted(utc(source.type(), column));
            case "month" ->
                "CAST((year(%1$s) - 1970) * 12 + month(%1$s) - 1 AS INTEGER)".formatted(utc(source.type(), column));
            case "day" -> days("CAST(%s AS DATE)".formatted(utc(source.type(), column)));
            case "hour" ->
                "CAST(datediff('hour', TIMESTAMP '1970-01-01', %s) AS INTEGER)".formatted(utc(source.type(), column));
            default -> throw unsupported(transform.toString(), source);
        };
    }

    /** The value as Iceberg's Java library holds it. */
    private static String internal(Type type, String column) {
        return switch (type.typeId()) {
            case DATE -> days(column);
            case TIME -> "epoch_us(%s)".formatted(column);
            case TIMESTAMP -> "epoch_us(%s)".formatted(column);
            case TIMESTAMP_NANO -> "epoch_ns(%s)".formatted(column);
            default -> column;
        };
    }

    private static String days(String date) {
        return "CAST(%s - DATE '1970-01-01' AS INTEGER)".formatted(date);
    }

    private static String utc(Type type, String column) {
        boolean zoned = type instanceof Types.TimestampType timestamp && timestamp.shouldAdjustToUTC();
        return zoned ? "timezone('UTC', " + column + ")" : column;
    }

    private static String bucket(Type type, String column, int buckets) {
        return "(%s & 2147483647) %% %d".formatted(hash(type, column), buckets);
    }

    private static String hash(Type type, String column) {
        return switch (type.typeId()) {
            case INTEGER, LONG, DATE, TIME, TIMESTAMP ->
                IcebergHash.LONG.call("CAST(%s AS BIGINT)".formatted(internal(type, column)));
            case STRING -> IcebergHash.TEXT.call(column);
            case BINARY, FIXED -> IcebergHash.HEX.call("hex(%s)".formatted(column));
            case UUID -> IcebergHash.HEX.call("replace(CAST(%s AS VARCHAR), '-', '')".formatted(column));
            case DECIMAL -> IcebergHash.DECIMAL.call("CAST(%s AS VARCHAR)".formatted(column));
            default ->
                throw new FirnException(ErrorCode.TYPE_UNSUPPORTED, "bucket of %s is not defined".formatted(type));
        };
    }

    private static String truncate(Type type, String column, int width) {
        return switch (type.typeId()) {
            case INTEGER -> wrapped(floored("CAST(%s AS BIGINT)".formatted(column), Integer.toString(width)), 32);
            case LONG -> wrapped(floored("CAST(%s AS HUGEINT)".formatted(column), Integer.toString(width)), 64);
            case DECIMAL -> truncateDecimal((Types.DecimalType) type, column, width);
            case STRING -> "array_to_string(string_split(%1$s, '')[1:%2$d], '')".formatted(column, width);
            case BINARY -> "unhex(substr(hex(%s), 1, %d))".formatted(column, 2L * width);
            default ->
                throw new FirnException(ErrorCode.TYPE_UNSUPPORTED, "truncate of %s is not defined".formatted(type));
        };
    }

    private static String floored(String value, String width) {
        return "(%1$s - ((%1$s %% %2$s + %2$s) %% %2$s))".formatted(value, width);
    }

    /** Iceberg's integers wrap around below the smallest one. */
    private static String wrapped(String value, int bits) {
        return bits == 32
                ? "CAST(CASE WHEN %1$s < -2147483648 THEN %1$s + 4294967296 ELSE %1$s END AS INTEGER)".formatted(value)
                : ("CAST(CASE WHEN %1$s < -9223372036854775808::HUGEINT THEN %1$s + 18446744073709551616::HUGEINT"
                                + " ELSE %1$s END AS BIGINT)")
                        .formatted(value);
    }

    /** The width counts units of the last decimal place. */
    private static String truncateDecimal(Types.DecimalType type, String column, int width) {
        String unit = BigDecimal.valueOf(width, type.scale()).toPlainString();
        return floored(column, "CAST(%s AS DECIMAL(38,%d))".formatted(unit, type.scale()));
    }

    private static FirnException unsupported(String transform, NestedField source) {
        return new FirnException(
                ErrorCode.TYPE_UNSUPPORTED,
                "partition transform %s of column %s is not supported".formatted(transform, source.name()));
    }
}
