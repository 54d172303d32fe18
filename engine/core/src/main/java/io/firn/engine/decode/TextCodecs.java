package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.Locale;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** Everything that is a string in the lake, as PostgreSQL itself would print it. */
final class TextCodecs {
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
            .toFormatter(Locale.ROOT);
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final int MILLIS = 3;
    private static final byte[] NOTHING = {};

    private TextCodecs() {}

    static ColumnCodec of(ColumnType type, Wire wire, String unavailable) {
        String refusal = refusal(type, wire);
        if (!refusal.isEmpty()) {
            return new Refusal(refusal);
        }
        return new Text(unavailable.getBytes(StandardCharsets.UTF_8), reader(type, wire));
    }

    /** @return why values written like this are not what they were in PostgreSQL; empty when they are */
    private static String refusal(ColumnType type, Wire wire) {
        return switch (wire.form()) {
            case NUMBER -> NumberText.squeezed("numeric");
            case MICRO_DURATION ->
                "an interval in microseconds has lost its months and days: interval.handling.mode must be string";
            case ZONED_TIME -> "time with time zone comes without its zone";
            case BITS -> type.name().equals("bit varying") ? "bit varying comes without its length" : "";
            case TIME_MILLIS ->
                type.precision() < 0 || type.precision() > MILLIS
                        ? "%s comes without its microseconds: time.precision.mode must not be connect"
                                .formatted(type.name())
                        : "";
            default -> "";
        };
    }

    private static @Nullable Reader reader(ColumnType type, Wire wire) {
        return switch (wire.form()) {
            case UNSCALED -> json -> NumberText.unscaled(json, wire.size());
            case SCALED -> NumberText::scaled;
            case NUMBER_TEXT -> NumberText::text;
            case TIME_MILLIS -> json -> time(Math.multiplyExact(NumberCodecs.integer(json), 1000L));
            case TIME_MICROS -> json -> time(NumberCodecs.integer(json));
            case TIME_NANOS -> json -> time(NumberCodecs.integer(json) / 1000);
            case ISO_TIME -> TextCodecs::isoTime;
            case BITS -> json -> PostgresTexts.bits(BinaryCodec.bytes(json, Wire.Form.BASE64), wire.size());
            case BOOLEAN -> type.isBits() ? TextCodecs::bit : null;
            case POINT -> PostgresTexts::point;
            case ISO_INTERVAL -> json -> PostgresTexts.interval(intervalText(json));
            case BASE64, BASE64_URL, HEX -> json -> ofBytes(type, json, wire.form());
            default -> null;
        };
    }

    private static void requireString(JsonParser json) throws IOException, UndecodableException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new UndecodableException(json.getText() + " is not a string");
        }
    }

    private static String string(JsonParser json) throws IOException, UndecodableException {
        requireString(json);
        return json.getText();
    }

    private static String intervalText(JsonParser json) throws IOException, UndecodableException {
        if (json.currentToken().isNumeric()) {
            throw new UndecodableException(
                    "an interval in microseconds has lost its months and days: interval.handling.mode must be string");
        }
        return string(json);
    }

    private static String bit(JsonParser json) throws IOException, UndecodableException {
        if (!json.currentToken().isBoolean()) {
            throw new UndecodableException(json.getText() + " is not a bit");
        }
        return json.currentToken() == JsonToken.VALUE_TRUE ? "1" : "0";
    }

    private static String ofBytes(ColumnType type, JsonParser json, Wire.Form form)
            throws IOException, UndecodableException {
        String text = new String(BinaryCodec.bytes(json, form), StandardCharsets.UTF_8);
        return type.isGeometry() ? PostgresTexts.geometry(text) : text;
    }

    private static String time(long micros) throws UndecodableException {
        if (micros == DAY_MICROS) {
            return "24:00:00";
        }
        if (micros < 0 || micros > DAY_MICROS) {
            throw new UndecodableException("time " + micros + " microseconds is outside the day");
        }
        return TIME.format(LocalTime.ofNanoOfDay(micros * 1000));
    }

    /** Debezium ends a time with a Z, whether it has a zone or not. */
    private static String isoTime(JsonParser json) throws IOException, UndecodableException {
        String text = string(json);
        try {
            return TIME.format(LocalTime.parse(text.endsWith("Z") ? text.substring(0, text.length() - 1) : text));
        } catch (DateTimeException e) {
            throw new UndecodableException("time " + text + " cannot be read");
        }
    }

    /** Makes the text that the lake gets. */
    @FunctionalInterface
    private interface Reader {
        String text(JsonParser json) throws IOException, UndecodableException;
    }

    /** @return the text of the string the parser stands on, in UTF-8 */
    private static byte[] utf8(JsonParser json) throws IOException {
        return json instanceof JsonBytes bytes ? bytes.utf8() : json.getText().getBytes(StandardCharsets.UTF_8);
    }

    /** @param reader null where the text is what the record says */
    private record Text(byte[] unavailable, @Nullable Reader reader) implements ColumnCodec {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
            boolean isString = json.currentToken() == JsonToken.VALUE_STRING;
            byte[] written = isString ? utf8(json) : NOTHING;
            if (isString && Arrays.equals(written, unavailable)) {
                slots.markUnavailable(slot);
                return;
            }
            if (reader == null) {
                requireString(json);
                slots.put(slot, written);
                return;
            }
            byte[] text = reader.text(json).getBytes(StandardCharsets.UTF_8);
            if (Arrays.equals(text, unavailable)) {
                slots.markUnavailable(slot);
            } else {
                slots.put(slot, text);
            }
        }

        @Override
        public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
            appender.append(new String((byte[]) slots.object(slot), StandardCharsets.UTF_8));
        }
    }
}
