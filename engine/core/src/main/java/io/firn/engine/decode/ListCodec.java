package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * Arrays, of any depth, with elements of any type. Debezium marks an unchanged array by the placeholder as its only
 * element.
 */
final class ListCodec implements ColumnCodec {
    private final Type elementType;
    private final ColumnCodec element;
    private final Slots scratch = new Slots(1);
    private final String unavailable;
    private final List<Long> unavailableNumbers;

    ListCodec(Types.ListType type, ColumnType source, Wire items, String unavailable) {
        this.elementType = type.elementType();
        this.element = ColumnCodecs.of(elementType, source, items, unavailable);
        this.unavailable = unavailable;
        this.unavailableNumbers =
                unavailable.chars().mapToObj(c -> (Long) (long) c).toList();
    }

    @Override
    public void read(JsonParser json, Slots slots, int slot) throws IOException, UndecodableException {
        if (json.currentToken() == JsonToken.VALUE_STRING && json.getText().equals(unavailable)) {
            slots.markUnavailable(slot);
            return;
        }
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new UndecodableException(json.getText() + " is not an array");
        }
        List<@Nullable Object> values = new ArrayList<>();
        boolean placeholder = false;
        boolean known = false;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            placeholder |= isPlaceholder(json);
            Object value = value(json);
            placeholder |= value == null && json.currentToken() != JsonToken.VALUE_NULL;
            known |= value != null;
            values.add(value);
        }
        if (placeholder && values.size() == 1 || isNumberedPlaceholder(values)) {
            slots.markUnavailable(slot);
        } else if (!known && !values.isEmpty()) {
            throw new UndecodableException(
                    "every element is null, which is how an array of more than one dimension comes");
        } else {
            slots.put(slot, values);
        }
    }

    /** An unchanged array of integers has the placeholder's characters as its elements. */
    private boolean isNumberedPlaceholder(List<@Nullable Object> values) {
        if (values.size() != unavailableNumbers.size()) {
            return false;
        }
        for (int i = 0; i < values.size(); i++) {
            if (!(values.get(i) instanceof Number number) || number.longValue() != unavailableNumbers.get(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean isPlaceholder(JsonParser json) throws IOException {
        return json.currentToken() == JsonToken.VALUE_STRING && json.getText().equals(unavailable);
    }

    private @Nullable Object value(JsonParser json) throws IOException, UndecodableException {
        if (json.currentToken() == JsonToken.VALUE_NULL || isPlaceholder(json)) {
            return null;
        }
        scratch.clear();
        element.read(json, scratch, 0);
        return scratch.isNull(0) ? null : boxed();
    }

    private Object boxed() {
        return switch (elementType.typeId()) {
            case INTEGER -> (Object) (int) scratch.primitive(0);
            case LONG -> (Object) scratch.primitive(0);
            case FLOAT -> (Object) Float.intBitsToFloat((int) scratch.primitive(0));
            case DOUBLE -> (Object) Double.longBitsToDouble(scratch.primitive(0));
            case BOOLEAN -> (Object) (scratch.primitive(0) == 1);
            case STRING -> new String((byte[]) scratch.object(0), StandardCharsets.UTF_8);
            case DATE -> LocalDate.ofEpochDay(scratch.primitive(0));
            case TIMESTAMP -> timestamp(Instant.EPOCH.plus(scratch.primitive(0), ChronoUnit.MICROS));
            case DECIMAL -> decimal((Types.DecimalType) elementType);
            default -> scratch.object(0);
        };
    }

    private Object timestamp(Instant instant) {
        return ((Types.TimestampType) elementType).shouldAdjustToUTC()
                ? OffsetDateTime.ofInstant(instant, ZoneOffset.UTC)
                : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private Object decimal(Types.DecimalType type) {
        return type.precision() <= 18 ? BigDecimal.valueOf(scratch.primitive(0), type.scale()) : scratch.object(0);
    }

    @Override
    public void append(DuckDBAppender appender, Slots slots, int slot) throws SQLException {
        appender.append((List<?>) slots.object(slot));
    }
}
