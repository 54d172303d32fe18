package io.firn.engine.decode;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** What columns are in records that are older than they are, where that is not null. */
final class Earlier {
    private record Value(int slot, Literal<?> literal, NestedField column) {}

    private final List<Value> values = new ArrayList<>();

    /** @param exists whether the source still has a column; one that it has dropped is null where it is absent */
    Earlier(List<NestedField> columns, Predicate<String> exists) {
        for (int slot = 0; slot < columns.size(); slot++) {
            NestedField column = columns.get(slot);
            if (column.initialDefaultLiteral() != null && exists.test(column.name())) {
                values.add(new Value(slot, column.initialDefaultLiteral(), column));
            }
        }
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /** Fills in what the record did not have. */
    void fill(Slots row) {
        for (Value value : values) {
            if (!row.isSeen(value.slot())) {
                put(row, value);
            }
        }
    }

    private static void put(Slots row, Value value) {
        Object literal = Objects.requireNonNull(value.literal().value());
        switch (value.column().type().typeId()) {
            case BOOLEAN -> row.put(value.slot(), (Boolean) literal ? 1L : 0L);
            case INTEGER, DATE, LONG, TIMESTAMP -> row.put(value.slot(), ((Number) literal).longValue());
            case FLOAT -> row.put(value.slot(), Float.floatToRawIntBits((Float) literal));
            case DOUBLE -> row.put(value.slot(), Double.doubleToRawLongBits((Double) literal));
            case DECIMAL -> decimal(row, value, (BigDecimal) literal);
            default -> row.put(value.slot(), literal.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void decimal(Slots row, Value value, BigDecimal literal) {
        Types.DecimalType type = (Types.DecimalType) value.column().type();
        BigDecimal scaled = literal.setScale(type.scale());
        if (type.precision() <= DecimalCodec.MAX_LONG_DIGITS) {
            row.put(value.slot(), scaled.unscaledValue().longValueExact());
        } else {
            row.put(value.slot(), scaled);
        }
    }
}
