package io.firn.engine.index;

import io.firn.workbench.Sql;
import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Turns key columns into byte strings that sort as the columns do, so that neighbouring keys share blocks: integers
 * big-endian with the sign flipped, text with its zero bytes escaped and an end mark between columns.
 */
final class KeyEncoder {
    /** The first byte of every encoded key. */
    static final byte PREFIX = 7;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int WIDE_DECIMAL_BYTES = 17;

    private final List<NestedField> columns;

    KeyEncoder(List<NestedField> columns) {
        this.columns = List.copyOf(columns);
    }

    List<NestedField> columns() {
        return columns;
    }

    int size() {
        return columns.size();
    }

    /** @return an expression that gives the column's value as {@link #encode} reads it */
    String expression(int column, String reference) {
        return switch (columns.get(column).type().typeId()) {
            case DATE -> "(" + reference + " - DATE '1970-01-01')";
            case TIMESTAMP -> "epoch_us(" + reference + ")";
            case BOOLEAN -> reference + "::INTEGER";
            default -> reference;
        };
    }

    /** @return whether SQL sorts the columns as their encoded values sort, byte by byte */
    boolean sortsInSql() {
        return columns.stream().allMatch(column -> switch (column.type().typeId()) {
            case INTEGER, LONG, DATE, TIMESTAMP, BOOLEAN, DECIMAL, STRING, BINARY, FIXED -> true;
            default -> false;
        });
    }

    /** @return whether rows in this order are in the order of the key */
    boolean comesFirstIn(SortOrder order) {
        List<SortField> fields = order.fields();
        return fields.size() >= columns.size()
                && IntStream.range(0, columns.size())
                        .allMatch(
                                i -> fields.get(i).sourceId() == columns.get(i).fieldId()
                                        && fields.get(i).transform().isIdentity()
                                        && fields.get(i).direction() == SortDirection.ASC);
    }

    /** @return the column's name, quoted */
    String name(int column) {
        return Sql.identifier(columns.get(column).name());
    }

    /** @param first the number of the first key column in the result, from 1 */
    byte[] encode(ResultSet row, int first) throws SQLException {
        if (columns.size() == 1 && isLong(columns.get(0).type())) {
            byte[] key = new byte[1 + Long.BYTES];
            key[0] = PREFIX;
            LONG.set(key, 1, row.getLong(first) ^ Long.MIN_VALUE);
            return key;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(32);
        out.write(PREFIX);
        for (int i = 0; i < columns.size(); i++) {
            encode(columns.get(i).type(), row, first + i, out);
        }
        return out.toByteArray();
    }

    private static boolean isLong(Type type) {
        return switch (type.typeId()) {
            case INTEGER, LONG, DATE, TIMESTAMP, BOOLEAN -> true;
            default -> false;
        };
    }

    private static void encode(Type type, ResultSet row, int column, ByteArrayOutputStream out) throws SQLException {
        if (isLong(type)) {
            out.writeBytes(ByteBuffer.allocate(8)
                    .putLong(row.getLong(column) ^ Long.MIN_VALUE)
                    .array());
            return;
        }
        switch (type.typeId()) {
            case DECIMAL -> out.writeBytes(fixedWidth(row.getBigDecimal(column)));
            case BINARY, FIXED -> escaped(row.getBytes(column), out);
            default -> escaped(row.getString(column).getBytes(StandardCharsets.UTF_8), out);
        }
    }

    private static byte[] fixedWidth(BigDecimal value) {
        BigInteger unscaled = Objects.requireNonNull(value).unscaledValue();
        byte[] bytes = unscaled.toByteArray();
        byte[] wide = new byte[WIDE_DECIMAL_BYTES];
        if (unscaled.signum() < 0) {
            java.util.Arrays.fill(wide, (byte) 0xFF);
        }
        System.arraycopy(bytes, 0, wide, wide.length - bytes.length, bytes.length);
        wide[0] ^= (byte) 0x80;
        return wide;
    }

    private static void escaped(byte[] bytes, ByteArrayOutputStream out) {
        for (byte b : bytes) {
            out.write(b);
            if (b == 0) {
                out.write(0xFF);
            }
        }
        out.write(0);
        out.write(1);
    }
}
