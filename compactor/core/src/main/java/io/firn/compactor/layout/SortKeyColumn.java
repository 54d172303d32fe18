package io.firn.compactor.layout;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetricsModes;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** One field of a sort order: what a file's metadata says about where it begins and ends in that field's order. */
final class SortKeyColumn {
    private static final Object BEFORE_ALL = new Object();
    private static final Object AFTER_ALL = new Object();

    private final SortField field;
    private final Type type;
    private final UnaryOperator<Object> transform;
    private final int truncatedTo;
    private final Comparator<Object> order;

    private SortKeyColumn(SortField field, Type type, UnaryOperator<Object> transform, Type result, int truncatedTo) {
        this.field = field;
        this.type = type;
        this.transform = transform;
        this.truncatedTo = truncatedTo;
        Comparator<Object> values = Comparators.forType(result.asPrimitiveType());
        this.order = withEnds(field.direction() == SortDirection.ASC ? values : values.reversed());
    }

    /**
     * @param mode how the table keeps bounds of the column
     * @return null when bounds of the source column say nothing about the field's order, as with buckets
     */
    static @Nullable SortKeyColumn of(SortField field, Type type, MetricsModes.MetricsMode mode) {
        Transform<Object, Object> transform = unchecked(field.transform());
        if (!type.isPrimitiveType() || !transform.preservesOrder()) {
            return null;
        }
        Type result = transform.getResultType(type);
        int length = mode instanceof MetricsModes.Truncate truncate && transform.isIdentity() ? truncate.length() : 0;
        return new SortKeyColumn(field, type, transform.bind(type)::apply, result, length);
    }

    @SuppressWarnings("unchecked")
    private static Transform<Object, Object> unchecked(Transform<?, ?> transform) {
        return (Transform<Object, Object>) transform;
    }

    private static Comparator<Object> withEnds(Comparator<Object> values) {
        return (left, right) -> {
            if (left == right) {
                return 0;
            }
            if (left == BEFORE_ALL || right == AFTER_ALL) {
                return -1;
            }
            if (left == AFTER_ALL || right == BEFORE_ALL) {
                return 1;
            }
            return values.compare(left, right);
        };
    }

    /** Returns whether bounds may be shorter than the values they stand for. */
    boolean cuts() {
        return truncatedTo > 0 && (type.typeId() == Type.TypeID.STRING || type.typeId() == Type.TypeID.BINARY);
    }

    int fieldId() {
        return field.sourceId();
    }

    /** Returns the order of {@link Bounds} values. */
    Comparator<Object> order() {
        return order;
    }

    /** The first and the last value in the field's order; nulls are values. */
    record Bounds(Object first, Object last) {}

    /** Returns null when the file's metadata does not say. */
    @Nullable
    Bounds bounds(DataFile file) {
        Object lower = value(file.lowerBounds());
        Object upper = value(file.upperBounds());
        Long nulls = count(file.nullValueCounts());
        if (lower == null || upper == null) {
            boolean onlyNulls = nulls != null && nulls.equals(count(file.valueCounts()));
            return onlyNulls ? new Bounds(nullEnd(), nullEnd()) : null;
        }
        Bounds bounds = ordered(lower, upper);
        return nulls == null || nulls == 0 ? bounds : withNulls(bounds);
    }

    private @Nullable Long count(@Nullable Map<Integer, Long> counts) {
        return counts == null ? null : counts.get(fieldId());
    }

    private @Nullable Object value(@Nullable Map<Integer, ByteBuffer> bounds) {
        ByteBuffer bytes = bounds == null ? null : bounds.get(fieldId());
        return bytes == null ? null : Conversions.fromByteBuffer(type, bytes);
    }

    private Bounds ordered(Object lower, Object upper) {
        Object low = transform.apply(lower);
        Object high = transform.apply(TruncatedBounds.prefixOfUpper(upper, truncatedTo));
        Bounds bounds = field.direction() == SortDirection.ASC ? new Bounds(low, high) : new Bounds(high, low);
        return order.compare(bounds.first(), bounds.last()) <= 0 ? bounds : new Bounds(low, low);
    }

    private Object nullEnd() {
        return field.nullOrder() == NullOrder.NULLS_FIRST ? BEFORE_ALL : AFTER_ALL;
    }

    private Bounds withNulls(Bounds bounds) {
        return field.nullOrder() == NullOrder.NULLS_FIRST
                ? new Bounds(BEFORE_ALL, bounds.last())
                : new Bounds(bounds.first(), AFTER_ALL);
    }
}
