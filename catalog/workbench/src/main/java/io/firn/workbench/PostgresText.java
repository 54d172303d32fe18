package io.firn.workbench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Canonical text in PostgreSQL, from version 9.6, in a database whose encoding is UTF-8. */
final class PostgresText extends CanonicalText {
    /** PostgreSQL's functions take a hundred arguments. */
    private static final int MAX_ARGUMENTS = 90;

    @Override
    String concat(List<String> parts) {
        List<String> rest = parts;
        while (rest.size() > MAX_ARGUMENTS) {
            List<String> shorter = new ArrayList<>();
            for (int i = 0; i < rest.size(); i += MAX_ARGUMENTS) {
                shorter.add(call(rest.subList(i, Math.min(i + MAX_ARGUMENTS, rest.size()))));
            }
            rest = shorter;
        }
        return call(rest);
    }

    private static String call(List<String> parts) {
        return "concat(" + String.join(", ", parts) + ")";
    }

    /** A cast to text would take the padding off {@code character(n)}. */
    @Override
    String string(Value value) {
        String type = value.postgresType();
        boolean padded = type != null && type.startsWith("character(") && !type.endsWith("]");
        return padded
                ? "CASE WHEN %1$s IS NOT NULL THEN concat(%1$s) END".formatted(value.sql())
                : "CAST(%s AS text)".formatted(value.sql());
    }

    @Override
    String octets(String text) {
        return "octet_length(" + text + ")";
    }

    @Override
    String text(Value value) {
        String sql = value.sql();
        return switch (value.type().typeId()) {
            case BOOLEAN, INTEGER, LONG, UUID -> "CAST(%s AS text)".formatted(sql);
            case DECIMAL -> decimal(value, (Types.DecimalType) value.type());
            case FLOAT -> bits(sql, "real", "float4send", "bit(32)::integer");
            case DOUBLE -> bits(sql, "double precision", "float8send", "bit(64)::bigint");
            case DATE -> finite(sql, "%s - DATE '1970-01-01'");
            case TIME -> "CAST(CAST(extract(epoch FROM %s) * 1000000 AS bigint) AS text)".formatted(sql);
            case TIMESTAMP -> finite(sql, "CAST(extract(epoch FROM %s) * 1000000 AS bigint)");
            case BINARY, FIXED -> "('x' || upper(encode(%s, 'hex')))".formatted(sql);
            case LIST -> list(value);
            case MAP -> map(value);
            default -> throw unsupported(value, "PostgreSQL");
        };
    }

    /** A value that the lake's scale cannot hold keeps its own text, and so differs. */
    private static String decimal(Value value, Types.DecimalType type) {
        String own = value.postgresType();
        String sql = "money".equals(own) ? "CAST(%s AS numeric)".formatted(value.sql()) : value.sql();
        String precise = "numeric(%d,%d)".formatted(type.precision(), type.scale());
        if (precise.equals(own)) {
            return "CAST(%s AS text)".formatted(sql);
        }
        return "CASE WHEN round(%1$s, %2$d) = %1$s THEN CAST(round(%1$s, %2$d) AS text) ELSE CAST(%1$s AS text) END"
                .formatted(sql, type.scale());
    }

    private static String bits(String sql, String type, String send, String number) {
        return ("CASE WHEN %1$s = 'NaN' THEN 'NaN'"
                        + " ELSE CAST(('x' || encode(%3$s(%1$s + CAST(0 AS %2$s)), 'hex'))::%4$s AS text) END")
                .formatted(sql, type, send, number);
    }

    /** The lake has no infinite times; here they keep their name, and so differ. */
    private static String finite(String sql, String number) {
        return "CASE WHEN isfinite(%1$s) THEN CAST(%2$s AS text) ELSE CAST(%1$s AS text) END"
                .formatted(sql, number.formatted(sql));
    }

    private String list(Value value) {
        Value element = new Value("item", value.type().asListType().elementType(), elementType(value.postgresType()));
        if (element.type().isNestedType()) {
            throw unsupported(value, "PostgreSQL");
        }
        return elements(
                value.sql(),
                "unnest(%s) WITH ORDINALITY AS items(item, place)".formatted(value.sql()),
                framed(element),
                "place",
                "[]");
    }

    private static @Nullable String elementType(@Nullable String type) {
        return type == null || !type.endsWith("[]")
                ? null
                : type.substring(0, type.length() - 2).toLowerCase(Locale.ROOT);
    }

    private String map(Value value) {
        Types.MapType type = value.type().asMapType();
        if (type.keyType().typeId() != TypeID.STRING || type.valueType().typeId() != TypeID.STRING) {
            throw unsupported(value, "PostgreSQL");
        }
        List<String> parts = new ArrayList<>(framed(new Value("key", type.keyType(), null)));
        parts.addAll(framed(new Value("value", type.valueType(), null)));
        return elements(
                value.sql(),
                "each(%s) AS entries(key, value)".formatted(value.sql()),
                parts,
                "key COLLATE \"C\"",
                "{}");
    }

    private String elements(String sql, String from, List<String> parts, String order, String brackets) {
        return "CASE WHEN %s IS NOT NULL THEN '%s' || (SELECT coalesce(string_agg(%s, '' ORDER BY %s), '') FROM %s) || '%s' END"
                .formatted(sql, brackets.charAt(0), concat(parts), order, from, brackets.charAt(1));
    }
}
