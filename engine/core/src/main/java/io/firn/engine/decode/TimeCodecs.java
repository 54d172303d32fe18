package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.duckdb.DuckDBAppender;

/**
 * Dates and timestamps, in each of Debezium's forms ({@code time.precision.mode}). Years outside 0001–9999 and infinity
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
    ISO_DATE {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
            slots.put(slot, inRange(isoDay(json), MIN_DAY, MAX_DAY, "date"));
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
    NANOS {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
            long nanos = NumberCodecs.integer(json);
            if (nanos == Long.MAX_VALUE || nanos == Long.MIN_VALUE) {
                throw new UndecodableException("timestamp " + nanos + " nanoseconds is infinity");
            }
            slots.put(slot, Math.floorDiv(nanos, 1000L));
        }
    },
    /** Text with a zone; a timestamp without one is written as if it were in UTC. */
    ISO {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
            slots.put(slot, isoMicros(json));
        }
    };

    static final long MIN_DAY = -719162;
    static final long MAX_DAY = 2932896;
    private static final long DAY_MICROS = ChronoUnit.DAYS.getDuration().toSeconds() * 1_000_000;
    static final long MIN_MICROS = MIN_DAY * DAY_MICROS;
    static final long MAX_MICROS = (MAX_DAY + 1) * DAY_MICROS - 1;
    private static final int MILLIS_DIGITS = 3;
    private static final long SECOND_MICROS = 1_000_000;
    private static final int MICRO_NANOS = 1000;

    static ColumnCodec timestamp(ColumnType type, Wire wire) {
        return switch (wire.form()) {
            case ZONED_TIMESTAMP, ISO_TIMESTAMP -> ISO;
            case TIMESTAMP_NANOS -> NANOS;
            case TIMESTAMP_MILLIS ->
                type.precision() >= 0 && type.precision() <= MILLIS_DIGITS
                        ? MILLIS
                        : new Refusal(type.name()
                                + " comes without its microseconds: time.precision.mode must not be connect");
            default -> MICROS;
        };
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

    private static long isoDay(JsonParser json) throws IOException, UndecodableException {
        String text = json.getText();
        try {
            return LocalDate.parse(text.endsWith("Z") ? text.substring(0, text.length() - 1) : text)
                    .toEpochDay();
        } catch (DateTimeException e) {
            throw new UndecodableException("date " + text + " is outside the years 0001 to 9999");
        }
    }

    private static long isoMicros(JsonParser json) throws IOException, UndecodableException {
        String text = json.getText();
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new UndecodableException(text + " is not a timestamp with time zone");
        }
        long plain = UtcText.micros(text);
        if (plain != UtcText.OTHER) {
            return plain;
        }
        try {
            Instant instant = text.endsWith("Z")
                    ? Instant.parse(text)
                    : OffsetDateTime.parse(text).toInstant();
            long micros = Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), SECOND_MICROS),
                    instant.getNano() / (long) MICRO_NANOS);
            return inRange(micros, MIN_MICROS, MAX_MICROS, "timestamp");
        } catch (DateTimeException | ArithmeticException e) {
            throw new UndecodableException("timestamp " + text + " is outside the years 0001 to 9999");
        }
    }
}
