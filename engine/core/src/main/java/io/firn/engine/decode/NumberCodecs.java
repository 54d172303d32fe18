package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import org.duckdb.DuckDBAppender;

/** Integers, floating point numbers and booleans. */
enum NumberCodecs implements ColumnCodec {
    INTEGER {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
            long value = integer(json);
            if (value != (int) value) {
                throw new UndecodableException(value + " does not fit a 32-bit integer");
            }
            slots.put(slot, value);
        }

        @Override
        public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
            appender.append((int) slots.primitive(slot));
        }
    },
    LONG {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
            slots.put(slot, integer(json));
        }

        @Override
        public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
            appender.append(slots.primitive(slot));
        }
    },
    FLOAT {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
            slots.put(slot, Float.floatToRawIntBits((float) single(json)));
        }

        @Override
        public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
            appender.append(Float.intBitsToFloat((int) slots.primitive(slot)));
        }
    },
    DOUBLE {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
            slots.put(slot, Double.doubleToRawLongBits(floating(json)));
        }

        @Override
        public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
            appender.append(Double.longBitsToDouble(slots.primitive(slot)));
        }
    },
    BOOLEAN {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws UndecodableException {
            JsonToken token = json.currentToken();
            if (!token.isBoolean()) {
                throw new UndecodableException(token + " is not a boolean");
            }
            slots.put(slot, token == JsonToken.VALUE_TRUE ? 1 : 0);
        }

        @Override
        public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
            appender.append(slots.primitive(slot) == 1);
        }
    };

    static long integer(JsonParser json) throws IOException, UndecodableException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
                || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw new UndecodableException(json.getText() + " is not a 64-bit integer");
        }
        return json.getLongValue();
    }

    /** No float takes more digits than this to be told from its neighbours. */
    private static final int FLOAT_DIGITS = 9;

    /** A number that was written as a float: one of a column that became a double must not be rounded. */
    static double single(JsonParser json) throws IOException, UndecodableException {
        double value = floating(json);
        if (json.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
                && json.getTextLength() > FLOAT_DIGITS
                && new BigDecimal(json.getText()).stripTrailingZeros().precision() > FLOAT_DIGITS) {
            throw new UndecodableException(json.getText() + " has more digits than a 32-bit float");
        }
        return value;
    }

    /** JSON has no NaN and no infinity; Debezium writes them as strings. */
    static double floating(JsonParser json) throws IOException, UndecodableException {
        if (json.currentToken().isNumeric()) {
            return json.getDoubleValue();
        }
        return switch (json.getText()) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw new UndecodableException(json.getText() + " is not a number");
        };
    }
}
