package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.iceberg.Accessor;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** An order of rows as one key of bytes, computed by Iceberg's own transforms of the columns, nested ones included. */
final class RowOrder {
    private static final int NULL_FIRST = 0;
    private static final int VALUE = 1;
    private static final int NULL_LAST = 2;

    private final List<Term> terms;
    private final ByteSink sink = new ByteSink();

    private RowOrder(List<Term> terms) {
        this.terms = List.copyOf(terms);
    }

    private record Term(
            Accessor<StructLike> column,
            UnaryOperator<Object> transform,
            Type result,
            SortDirection direction,
            NullOrder nulls) {

        static Term of(Schema schema, int column, Transform<?, ?> transform, SortDirection direction, NullOrder nulls) {
            Accessor<StructLike> accessor = schema.accessorForField(column);
            if (accessor == null) {
                throw unsupported(schema, column, transform, null);
            }
            try {
                Type type = accessor.type();
                Transform<Object, Object> unchecked = unchecked(transform);
                return new Term(accessor, unchecked.bind(type)::apply, unchecked.getResultType(type), direction, nulls);
            } catch (UnsupportedOperationException | IllegalArgumentException e) {
                throw unsupported(schema, column, transform, e);
            }
        }

        @SuppressWarnings("unchecked")
        private static Transform<Object, Object> unchecked(Transform<?, ?> transform) {
            return (Transform<Object, Object>) transform;
        }

        private static FirnException unsupported(
                Schema schema, int column, Transform<?, ?> transform, @Nullable Exception cause) {
            return new FirnException(
                    ErrorCode.TYPE_UNSUPPORTED,
                    "ordering by %s of the field %s is not supported"
                            .formatted(transform, schema.findColumnName(column)),
                    cause);
        }

        @Nullable
        Object value(StructLike row) {
            Object stored = column.get(row);
            return stored == null ? null : transform.apply(stored);
        }
    }

    /**
     * Returns a table's order.
     *
     * @throws FirnException when it has a transform that is not known, or a field inside a list or a map
     */
    static RowOrder of(Schema schema, SortOrder order) {
        return new RowOrder(sorted(schema, order));
    }

    /** Returns the order that puts rows of a partition together, and in each of them has another order. */
    static RowOrder of(Schema schema, PartitionSpec spec, SortOrder order) {
        List<Term> terms = new ArrayList<>();
        for (PartitionField field : spec.fields()) {
            terms.add(Term.of(schema, field.sourceId(), field.transform(), SortDirection.ASC, NullOrder.NULLS_FIRST));
        }
        terms.addAll(sorted(schema, order));
        return new RowOrder(terms);
    }

    /** Returns the order of one column by itself, nulls first. */
    static RowOrder of(Schema schema, NestedField column) {
        return new RowOrder(List.of(Term.of(
                schema,
                column.fieldId(),
                org.apache.iceberg.transforms.Transforms.identity(),
                SortDirection.ASC,
                NullOrder.NULLS_FIRST)));
    }

    private static List<Term> sorted(Schema schema, SortOrder order) {
        List<Term> terms = new ArrayList<>();
        for (SortField field : order.fields()) {
            terms.add(Term.of(schema, field.sourceId(), field.transform(), field.direction(), field.nullOrder()));
        }
        return terms;
    }

    /** Returns a row's key; keys are compared as unsigned bytes. */
    byte[] key(StructLike row) {
        sink.clear();
        for (Term term : terms) {
            Object value = term.value(row);
            if (value == null) {
                sink.putByte(term.nulls() == NullOrder.NULLS_FIRST ? NULL_FIRST : NULL_LAST);
            } else {
                sink.putByte(VALUE);
                int from = sink.length();
                SortableBytes.put(sink, term.result(), value);
                if (term.direction() == SortDirection.DESC) {
                    sink.invert(from);
                }
            }
        }
        return sink.toArray();
    }
}
