package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLException;
import org.apache.iceberg.types.Types.DecimalType;
import org.duckdb.DuckDBAppender;

/**
 * Decimals of a fixed scale. Debezium's {@code precise} mode sends the unscaled value as base64 of its two's complement
 * bytes; up to 18 digits it is kept as a long.
 */
final class DecimalCodec implements ColumnCodec {
    static final int MAX_LONG_DIGITS = 18;

    private final int precision;
    private final int scale;
    private final int unscaledScale;

    /** @param unscaledScale the scale of unscaled numbers; -1 where numbers are written with their point */
    private DecimalCodec(DecimalType type, int unscaledScale) {
        this.precision = type.precision();
        this.scale = type.scale();
        this.unscaledScale = unscaledScale;
    }

    static ColumnCodec of(DecimalType type, Wire wire) {
        if (wire.form() == Wire.Form.NUMBER && type.precision() > NumberText.DOUBLE_DIGITS) {
            return new Refusal(NumberText.squeezed(type.toString()));
        }
        return new DecimalCodec(type, wire.form() == Wire.Form.UNSCALED ? wire.size() : -1);
    }

    @Override
    public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
        if (unscaledScale >= 0 && !json.currentToken().isNumeric()) {
            readUnscaled(binary(json), slots, slot);
            return;
        }
        put(fitted(decimal(json)), slots, slot);
    }

    private void readUnscaled(byte[] bytes, Slots slots, int slot) throws UndecodableException {
        if (bytes.length == 0) {
            throw new UndecodableException("an empty string is not a decimal");
        }
        if (precision <= MAX_LONG_DIGITS && bytes.length <= Long.BYTES && unscaledScale == scale) {
            long unscaled = bytes[0];
            for (int i = 1; i < bytes.length; i++) {
                unscaled = unscaled << 8 | bytes[i] & 0xFF;
            }
            slots.put(slot, requireDigits(unscaled));
            return;
        }
        put(fitted(new BigDecimal(new BigInteger(bytes), unscaledScale)), slots, slot);
    }

    private static final long[] POWERS = powers();

    private static long[] powers() {
        long[] powers = new long[MAX_LONG_DIGITS + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }

    private long requireDigits(long unscaled) throws UndecodableException {
        if (unscaled >= POWERS[precision] || unscaled <= -POWERS[precision]) {
            throw tooWide(BigDecimal.valueOf(unscaled, scale));
        }
        return unscaled;
    }

    private static byte[] binary(JsonParser json) throws IOException, UndecodableException {
        try {
            return json.getBinaryValue();
        } catch (com.fasterxml.jackson.core.JsonParseException e) {
            throw new UndecodableException(json.getText()
                    + " is not base64; is source.decimal-handling the connector's decimal.handling.mode?");
        }
    }

    private BigDecimal decimal(JsonParser json) throws IOException, UndecodableException {
        String text = NumberText.normal(json.getText());
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new UndecodableException(
                    NumberText.isSpecial(text)
                            ? text + " has no place in decimal(" + precision + ", " + scale + ")"
                            : text + " is not a decimal");
        }
    }

    private BigDecimal fitted(BigDecimal value) throws UndecodableException {
        BigDecimal scaled;
        try {
            scaled = value.setScale(scale);
        } catch (ArithmeticException e) {
            throw tooWide(value);
        }
        if (scaled.precision() > precision) {
            throw tooWide(value);
        }
        return scaled;
    }

    private UndecodableException tooWide(BigDecimal value) {
        return new UndecodableException(
                value.toPlainString() + " does not fit decimal(" + precision + ", " + scale + ")");
    }

    private void put(BigDecimal value, Slots slots, int slot) {
        if (precision <= MAX_LONG_DIGITS) {
            slots.put(slot, value.unscaledValue().longValueExact());
        } else {
            slots.put(slot, value);
        }
    }

    /**
     * DuckDB keeps a decimal in the smallest integer that holds its precision, and the appender wants exactly that one.
     */
    @Override
    public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
        if (precision > MAX_LONG_DIGITS) {
            appender.append((BigDecimal) slots.object(slot));
        } else if (precision > 9) {
            appender.appendDecimal(slots.primitive(slot));
        } else if (precision > 4) {
            appender.appendDecimal((int) slots.primitive(slot));
        } else {
            appender.appendDecimal((short) slots.primitive(slot));
        }
    }
}
