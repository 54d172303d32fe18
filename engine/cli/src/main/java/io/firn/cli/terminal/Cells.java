package io.firn.cli.terminal;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A value as one line of text, the same on every machine: ISO dates, plain decimals, {@code \x} before bytes. */
final class Cells {

    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final DateTimeFormatter LOCAL_MICROS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

    private Cells() {}

    static String text(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof LocalDateTime local) {
            return local(local);
        }
        if (value instanceof OffsetDateTime moment) {
            return local(moment.toLocalDateTime())
                    + (moment.getOffset().getTotalSeconds() == 0 ? "Z" : moment.getOffset());
        }
        if (value instanceof byte[] bytes) {
            return "\\x" + HexFormat.of().formatHex(bytes);
        }
        return nested(value);
    }

    private static String nested(Object value) {
        if (value instanceof Collection<?> collection) {
            return collection.stream().map(Cells::inner).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> inner(entry.getKey()) + "=" + inner(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return value.toString();
    }

    private static String inner(@Nullable Object value) {
        return value == null ? "NULL" : text(value);
    }

    private static String local(LocalDateTime time) {
        return (time.get(ChronoField.NANO_OF_SECOND) == 0 ? LOCAL : LOCAL_MICROS).format(time);
    }
}
