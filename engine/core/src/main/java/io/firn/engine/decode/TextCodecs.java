package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Base64;
import org.duckdb.DuckDBAppender;

/** Everything that is a string in the lake, as PostgreSQL itself would print it. */
final class TextCodecs {
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
            .toFormatter(java.util.Locale.ROOT);
    private static final long DAY_MICROS = 86_400_000_000L;

    private TextCodecs() {}

    static ColumnCodec of(String sourceType, SourceEncoding encoding) {
        if (sourceType.startsWith("numeric")) {
            return new Text(encoding.unavailable(), TextCodecs::number);
        }
        if (sourceType.startsWith("time") && sourceType.endsWith("without time zone")) {
            long unit = sourceType.startsWith("time(") && sourceType.charAt("time(".length()) <= '3' ? 1000 : 1;
            return new Text(encoding.unavailable(), json -> time(json, unit));
        }
        return new Text(encoding.unavailable(), JsonParser::getText);
    }

    /**
     * A number of any scale: {@code {"scale": 3, "value": "AeJA"}} in precise mode, text or a JSON number in the
     * others.
     */
    private static String number(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return json.getText();
        }
        int scale = 0;
        byte[] unscaled = new byte[1];
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals("scale")) {
                scale = json.getIntValue();
            } else {
                unscaled = Base64.getDecoder().decode(json.getText());
            }
        }
        return new BigDecimal(new BigInteger(unscaled), scale).toPlainString();
    }

    private static String time(JsonParser json, long unitMicros) throws IOException, UndecodableException {
        long micros = NumberCodecs.integer(json) * unitMicros;
        if (micros == DAY_MICROS) {
            return "24:00:00";
        }
        if (micros < 0 || micros > DAY_MICROS) {
            throw new UndecodableException("time " + micros + " microseconds is outside the day");
        }
        return TIME.format(LocalTime.ofNanoOfDay(micros * 1000));
    }

    @FunctionalInterface
    private interface Reader {
        String text(JsonParser json) throws IOException, UndecodableException;
    }

    private record Text(String unavailable, Reader reader) implements ColumnCodec {
        @Override
        public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
            String text = json.currentToken().isStructStart() ? reader.text(json) : scalar(json);
            if (text.equals(unavailable)) {
                slots.markUnavailable(slot);
            } else {
                slots.put(slot, text);
            }
        }

        private String scalar(JsonParser json) throws IOException, UndecodableException {
            return unavailable.equals(json.getText()) ? unavailable : reader.text(json);
        }

        @Override
        public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
            appender.append((String) slots.object(slot));
        }
    }
}
