package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values in the words PostgreSQL itself has for them: its output functions, after Debezium has taken them apart. */
final class PostgresTexts {
    private static final Pattern INTERVAL =
            Pattern.compile("P(-?\\d+)Y(-?\\d+)M(-?\\d+)DT(-?\\d+)H(-?\\d+)M(-?[\\d.]+)S");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?");
    private static final int MONTHS = 12;
    /** {@code double precision} is printed with an exponent from here on. */
    private static final int MAX_PLAIN_EXPONENT = 15;

    private static final int MIN_PLAIN_EXPONENT = -4;
    private static final int MAX_DIGITS = 17;

    private PostgresTexts() {}

    /** @param iso Debezium's form, in which every part is there: {@code P1Y2M3DT4H5M6.789S} */
    static String interval(String iso) throws UndecodableException {
        Matcher parts = INTERVAL.matcher(iso);
        if (!parts.matches()) {
            throw new UndecodableException("interval " + iso + " cannot be read");
        }
        long months = Long.parseLong(parts.group(1)) * MONTHS + Long.parseLong(parts.group(2));
        StringBuilder text = new StringBuilder();
        boolean negative = part(text, months / MONTHS, "year", false);
        negative = part(text, months % MONTHS, "mon", negative);
        negative = part(text, Long.parseLong(parts.group(3)), "day", negative);
        BigDecimal seconds = new BigDecimal(parts.group(4))
                .multiply(BigDecimal.valueOf(3600))
                .add(new BigDecimal(parts.group(5)).multiply(BigDecimal.valueOf(60)))
                .add(new BigDecimal(parts.group(6)));
        if (seconds.signum() != 0 || text.isEmpty()) {
            text.append(text.isEmpty() ? "" : " ");
            text.append(seconds.signum() < 0 ? "-" : negative ? "+" : "").append(clock(seconds.abs()));
        }
        return text.toString();
    }

    private static boolean part(StringBuilder text, long value, String unit, boolean afterNegative) {
        if (value == 0) {
            return afterNegative;
        }
        text.append(text.isEmpty() ? "" : " ")
                .append(afterNegative && value > 0 ? "+" : "")
                .append(value);
        text.append(' ').append(unit).append(value == 1 ? "" : "s");
        return value < 0;
    }

    private static String clock(BigDecimal seconds) {
        long whole = seconds.setScale(0, RoundingMode.DOWN).longValueExact();
        BigDecimal fraction = seconds.subtract(BigDecimal.valueOf(whole)).stripTrailingZeros();
        String digits = fraction.signum() == 0 ? "" : fraction.toPlainString().substring(1);
        return "%02d:%02d:%02d%s".formatted(whole / 3600, whole / 60 % 60, whole % 60, digits);
    }

    /** The lowest bit comes in the first byte; PostgreSQL prints the highest first. */
    static String bits(byte[] bytes, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int bit = length - 1; bit >= 0; bit--) {
            int index = bit / Byte.SIZE;
            boolean set = index < bytes.length && (bytes[index] >> bit % Byte.SIZE & 1) == 1;
            text.append(set ? '1' : '0');
        }
        return text.toString();
    }

    /** {@code {"x": 1.5, "y": 2.0, …}}. */
    static String point(JsonParser json) throws IOException, UndecodableException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new UndecodableException(json.getText() + " is not a point");
        }
        String x = "";
        String y = "";
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals("x")) {
                x = number(NumberCodecs.floating(json));
            } else if (field.equals("y")) {
                y = number(NumberCodecs.floating(json));
            }
        }
        return "(" + x + "," + y + ")";
    }

    /** A snapshot has geometric values as Java prints them, the log as PostgreSQL does. */
    static String geometry(String text) {
        return NUMBER.matcher(text).replaceAll(number -> number(Double.parseDouble(number.group())));
    }

    /** The shortest digits that give the same double. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "Infinity" : "-Infinity";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal shortest = exact;
        for (int digits = 1; digits <= MAX_DIGITS; digits++) {
            shortest = exact.round(new java.math.MathContext(digits));
            if (shortest.doubleValue() == value) {
                break;
            }
        }
        shortest = shortest.stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= MIN_PLAIN_EXPONENT && exponent < MAX_PLAIN_EXPONENT) {
            return shortest.toPlainString();
        }
        String digits = shortest.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return "%s%se%s%02d".formatted(value < 0 ? "-" : "", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
}
