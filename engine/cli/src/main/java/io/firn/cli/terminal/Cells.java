package io.firn.cli.terminal;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
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
        if (value instanceof Timestamp timestamp) {
            return local(timestamp.toLocalDateTime());
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

    /** The elements of a list value; null for any other value. */
    static @Nullable List<? extends @Nullable Object> elements(Object value) {
        try {
            if (value instanceof Array array) {
                return Arrays.asList((@Nullable Object[]) array.getArray());
            }
            if (value instanceof Struct struct) {
                return Arrays.asList(struct.getAttributes());
            }
        } catch (SQLException e) {
            throw new IllegalStateException("a nested value cannot be read", e);
        }
        if (value instanceof Object[] array) {
            return Arrays.asList(array);
        }
        return value instanceof Collection<?> collection ? List.copyOf(collection) : null;
    }

    private static String nested(Object value) {
        List<? extends @Nullable Object> elements = elements(value);
        if (elements != null) {
            return elements.stream().map(Cells::inner).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> inner(entry.getKey()) + "=" + inner(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return value instanceof Blob blob ? text(bytes(blob)) : value.toString();
    }

    private static String inner(@Nullable Object value) {
        return value == null ? "NULL" : text(value);
    }

    private static byte[] bytes(Blob blob) {
        try {
            return blob.getBytes(1, Math.toIntExact(blob.length()));
        } catch (SQLException e) {
            throw new IllegalStateException("a binary value cannot be read", e);
        }
    }

    private static String local(LocalDateTime time) {
        return (time.getNano() == 0 ? LOCAL : LOCAL_MICROS).format(time);
    }
}
