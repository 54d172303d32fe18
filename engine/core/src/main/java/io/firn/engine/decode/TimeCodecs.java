package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.apache.iceberg.types.Types.TimestampType;
import org.duckdb.DuckDBAppender;

/**
 * Dates and timestamps. With a zone Debezium sends ISO text; without one it sends epoch milliseconds for a precision up
 * to 3 and epoch microseconds otherwise ({@code time.precision.mode} adaptive). Years outside 0001–9999 and infinity
 * have no faithful form here.
 */
enum TimeCodecs implements ColumnCodec {
    DATE {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
            slots.put(slot, inRange(NumberCodecs.integer(json), MIN_DAY, MAX_DAY, "date"));
        }

        @Override
        public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
            appender.appendEpochDays((int) slots.primitive(slot));
        }
    },
    MILLIS {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
            long millis = inRange(NumberCodecs.integer(json), MIN_MICROS / 1000, MAX_MICROS / 1000, "timestamp");
            slots.put(slot, millis * 1000);
        }
    },
    MICROS {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
            slots.put(slot, inRange(NumberCodecs.integer(json), MIN_MICROS, MAX_MICROS, "timestamp"));
        }
    },
    ZONED {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
            slots.put(slot, zonedMicros(json));
        }
    };

    static final long MIN_DAY = -719162;
    static final long MAX_DAY = 2932896;
    private static final long DAY_MICROS = ChronoUnit.DAYS.getDuration().toSeconds() * 1_000_000;
    static final long MIN_MICROS = MIN_DAY * DAY_MICROS;
    static final long MAX_MICROS = (MAX_DAY + 1) * DAY_MICROS - 1;

    static ColumnCodec timestamp(TimestampType type, String sourceType) {
        if (type.shouldAdjustToUTC()) {
            return ZONED;
        }
        return sourceType.startsWith("timestamp(") && sourceType.charAt("timestamp(".length()) <= '3' ? MILLIS : MICROS;
    }

    @Override
    public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
        appender.appendEpochMicros(slots.primitive(slot));
    }

    private static long inRange(long value, long min, long max, String what) throws UndecodableException {
        if (value < min || value > max) {
            throw new UndecodableException(what + " " + value + " is outside the years 0001 to 9999");
        }
        return value;
    }

    private static long zonedMicros(JsonParser json) throws IOException, UndecodableException {
        String text = json.getText();
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new UndecodableException(text + " is not a timestamp with time zone");
        }
        try {
            Instant instant = text.endsWith("Z")
                    ? Instant.parse(text)
                    : OffsetDateTime.parse(text).toInstant();
            return inRange(ChronoUnit.MICROS.between(Instant.EPOCH, instant), MIN_MICROS, MAX_MICROS, "timestamp");
        } catch (DateTimeException | ArithmeticException e) {
            throw new UndecodableException("timestamp " + text + " is outside the years 0001 to 9999");
        }
    }
}
