package io.firn.engine.decode;

import java.util.Arrays;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/** One column of a {@link ChangeBatch}: numbers, or texts in UTF-8. */
final class BatchColumn {
    private static final int MAX_LONG_DIGITS = 18;
    private static final int OBJECT_BYTES = 24;

    /** How the values are handed over, and what has to be made of them. */
    enum Kind {
        LONG(DuckDBColumnType.BIGINT),
        INTEGER(DuckDBColumnType.INTEGER),
        BOOLEAN(DuckDBColumnType.BOOLEAN),
        FLOAT(DuckDBColumnType.FLOAT),
        DOUBLE(DuckDBColumnType.DOUBLE),
        TEXT(DuckDBColumnType.VARCHAR);

        final DuckDBColumnType type;

        Kind(DuckDBColumnType type) {
            this.type = type;
        }
    }

    final Kind kind;
    private final String conversion;
    private long[] numbers = {};
    private byte[] @Nullable [] texts = {};
    private boolean[] nulls = {};
    private boolean hasNulls;

    private BatchColumn(Kind kind, String conversion) {
        this.kind = kind;
        this.conversion = conversion;
    }

    static BatchColumn of(Kind kind) {
        return new BatchColumn(kind, "%s");
    }

    /** @return a column for values of that type; null for a type that only the appender takes */
    static @Nullable BatchColumn of(Type type) {
        return switch (type.typeId()) {
            case LONG -> of(Kind.LONG);
            case INTEGER -> of(Kind.INTEGER);
            case BOOLEAN -> of(Kind.BOOLEAN);
            case FLOAT -> of(Kind.FLOAT);
            case DOUBLE -> of(Kind.DOUBLE);
            case STRING -> of(Kind.TEXT);
            case DATE -> new BatchColumn(Kind.INTEGER, "DATE '1970-01-01' + %s");
            case TIMESTAMP -> timestamp((Types.TimestampType) type);
            case DECIMAL -> decimal((Types.DecimalType) type);
            default -> null;
        };
    }

    private static BatchColumn timestamp(Types.TimestampType type) {
        return new BatchColumn(Kind.LONG, type.shouldAdjustToUTC() ? "make_timestamptz(%s)" : "make_timestamp(%s)");
    }

    /** The unscaled value times the smallest step is exact: neither product nor cast leaves decimals. */
    private static @Nullable BatchColumn decimal(Types.DecimalType type) {
        if (type.precision() > MAX_LONG_DIGITS) {
            return null;
        }
        String unscaled = "%%s::DECIMAL(%d,0)".formatted(type.precision());
        if (type.scale() == 0) {
            return new BatchColumn(Kind.LONG, unscaled);
        }
        String step = "0." + "0".repeat(type.scale() - 1) + "1";
        return new BatchColumn(
                Kind.LONG,
                "(%s * '%s'::DECIMAL(%d,%d))::DECIMAL(%d,%d)"
                        .formatted(unscaled, step, type.scale() + 1, type.scale(), type.precision(), type.scale()));
    }

    /** @return the value in its own type, read from the column {@code reference} */
    String expression(String reference) {
        return conversion.formatted(reference);
    }

    /** Makes room for so many rows. */
    void reserve(int rows) {
        nulls = Arrays.copyOf(nulls, rows);
        if (kind == Kind.TEXT) {
            texts = Arrays.copyOf(texts, rows);
        } else {
            numbers = Arrays.copyOf(numbers, rows);
        }
    }

    /** @return roughly the memory the value takes */
    int putNull(int row) {
        nulls[row] = true;
        hasNulls = true;
        if (kind == Kind.TEXT) {
            texts[row] = null;
        }
        return 1;
    }

    /** Leaves the row without a value that anybody reads. */
    void skip(int row) {
        nulls[row] = false;
        if (kind == Kind.TEXT) {
            texts[row] = null;
        }
    }

    int put(int row, long value) {
        nulls[row] = false;
        numbers[row] = value;
        return Long.BYTES;
    }

    int put(int row, byte[] utf8) {
        nulls[row] = false;
        texts[row] = utf8;
        return OBJECT_BYTES + utf8.length;
    }

    int put(int row, Slots slots, int slot) {
        if (slots.isNull(slot)) {
            return putNull(row);
        }
        if (kind != Kind.TEXT) {
            return put(row, slots.primitive(slot));
        }
        return put(row, (byte[]) slots.object(slot));
    }

    void clear() {
        hasNulls = false;
    }

    void write(DuckDBWritableVector out, int from, int rows) {
        switch (kind) {
            case TEXT -> out.setStringUtf8Batch(0, Arrays.copyOfRange(texts, from, from + rows));
            case INTEGER -> {
                for (int i = 0; i < rows; i++) {
                    out.setInt(i, (int) numbers[from + i]);
                }
            }
            case BOOLEAN -> {
                for (int i = 0; i < rows; i++) {
                    out.setBoolean(i, numbers[from + i] == 1);
                }
            }
            case FLOAT -> {
                for (int i = 0; i < rows; i++) {
                    out.setFloat(i, Float.intBitsToFloat((int) numbers[from + i]));
                }
            }
            case DOUBLE -> {
                for (int i = 0; i < rows; i++) {
                    out.setDouble(i, Double.longBitsToDouble(numbers[from + i]));
                }
            }
            case LONG -> {
                for (int i = 0; i < rows; i++) {
                    out.setLong(i, numbers[from + i]);
                }
            }
        }
        if (hasNulls && kind != Kind.TEXT) {
            writeNulls(out, from, rows);
        }
    }

    private void writeNulls(DuckDBWritableVector out, int from, int rows) {
        for (int i = 0; i < rows; i++) {
            if (nulls[from + i]) {
                out.setNull(i);
            }
        }
    }
}
