package io.firn.catalog;

import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL types as Iceberg types.
 *
 * <p>A type that Iceberg, or one of its readers, cannot hold faithfully becomes a string with PostgreSQL's own text:
 * {@code time} (Spark refuses tables that have it), {@code uuid} (equality filters find nothing), {@code numeric}
 * without precision (it may be wider than 38 digits), json, enums, ranges, network addresses and everything unknown.
 */
public final class PostgresTypes {
    private static final Pattern NUMERIC = Pattern.compile("(?:numeric|decimal)\\((\\d+)(?:,\\s*(-?\\d+))?\\)");
    private static final int MAX_PRECISION = 38;

    private PostgresTypes() {}

    /**
     * @param type as {@code format_type} spells it
     * @param nextId gives a field id for each list element and map entry
     */
    public static Type icebergType(String type, IntSupplier nextId) {
        String name = type.trim().toLowerCase(Locale.ROOT);
        if (name.endsWith("[]")) {
            Type element = icebergType(name.substring(0, name.length() - 2), nextId);
            return Types.ListType.ofOptional(nextId.getAsInt(), element);
        }
        if (name.equals("hstore")) {
            return Types.MapType.ofOptional(
                    nextId.getAsInt(), nextId.getAsInt(), Types.StringType.get(), Types.StringType.get());
        }
        Matcher numeric = NUMERIC.matcher(name);
        if (numeric.matches()) {
            return decimal(Integer.parseInt(numeric.group(1)), numeric.group(2));
        }
        return plain(name);
    }

    private static Type decimal(int precision, @Nullable String scaleText) {
        int scale = scaleText == null ? 0 : Integer.parseInt(scaleText);
        boolean fits = precision <= MAX_PRECISION && scale >= 0 && scale <= precision;
        return fits ? Types.DecimalType.of(precision, scale) : Types.StringType.get();
    }

    private static Type plain(String name) {
        if (name.startsWith("timestamp")) {
            return name.endsWith("with time zone") ? Types.TimestampType.withZone() : Types.TimestampType.withoutZone();
        }
        return switch (name) {
            case "smallint", "integer" -> Types.IntegerType.get();
            case "bigint", "oid" -> Types.LongType.get();
            case "real" -> Types.FloatType.get();
            case "double precision" -> Types.DoubleType.get();
            case "boolean" -> Types.BooleanType.get();
            case "date" -> Types.DateType.get();
            case "bytea" -> Types.BinaryType.get();
            case "money" -> Types.DecimalType.of(19, 2);
            default -> Types.StringType.get();
        };
    }
}
