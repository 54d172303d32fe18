package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Set;

/** Numbers of any size as PostgreSQL prints them. */
final class NumberText {
    /** Every decimal of so many digits survives being a double. */
    static final int DOUBLE_DIGITS = 15;

    private static final Set<String> SPECIAL = Set.of("NaN", "Infinity", "-Infinity");

    private NumberText() {}

    static String squeezed(String type) {
        return type + " may have lost digits in the connector: decimal.handling.mode must be precise or string";
    }

    static boolean isSpecial(String text) {
        return SPECIAL.contains(text);
    }

    /** Debezium spells what is not a number in its own way. */
    static String normal(String text) {
        return switch (text) {
            case "NAN" -> "NaN";
            case "POSITIVE_INFINITY" -> "Infinity";
            case "NEGATIVE_INFINITY" -> "-Infinity";
            default -> text;
        };
    }

    /** {@code {"scale": 3, "value": "AeJA"}}. */
    static String scaled(JsonParser json) throws IOException, UndecodableException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return text(json);
        }
        int scale = 0;
        byte[] unscaled = new byte[1];
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals("scale")) {
                scale = json.getIntValue();
            } else {
                unscaled = json.getBinaryValue();
            }
        }
        return new BigDecimal(new BigInteger(unscaled), scale).toPlainString();
    }

    static String unscaled(JsonParser json, int scale) throws IOException, UndecodableException {
        byte[] bytes = BinaryCodec.bytes(json, Wire.Form.BASE64);
        if (bytes.length == 0) {
            throw new UndecodableException("an empty string is not a decimal");
        }
        return new BigDecimal(new BigInteger(bytes), scale).toPlainString();
    }

    static String text(JsonParser json) throws IOException, UndecodableException {
        String text = normal(json.getText());
        if (!isSpecial(text)) {
            try {
                return new BigDecimal(text).toPlainString();
            } catch (NumberFormatException e) {
                throw new UndecodableException(text + " is not a number");
            }
        }
        return text;
    }
}
