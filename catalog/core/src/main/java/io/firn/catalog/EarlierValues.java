package io.firn.catalog;

import java.math.BigDecimal;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's text of a value as Iceberg's initial default. */
final class EarlierValues {
    private EarlierValues() {}

    /** @return the default; null where the type has none */
    static @Nullable Literal<?> literal(Type type, String text) {
        try {
            return switch (type.typeId()) {
                case BOOLEAN -> Literal.of(text.equals("t") || text.equals("true"));
                case INTEGER -> Literal.of(Integer.parseInt(text));
                case LONG -> Literal.of(Long.parseLong(text));
                case FLOAT -> Literal.of(Float.parseFloat(text));
                case DOUBLE -> Literal.of(Double.parseDouble(text));
                case DECIMAL -> Literal.of(new BigDecimal(text).setScale(((Types.DecimalType) type).scale()));
                case STRING -> Literal.of(text);
                case DATE -> Literal.of(text).to(type);
                case TIMESTAMP -> Literal.of(iso(text)).to(type);
                default -> null;
            };
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static String iso(String text) {
        String iso = text.replace(' ', 'T');
        return iso.matches(".*[+-]\\d\\d") ? iso + ":00" : iso;
    }
}
