package io.firn.snapshot.replay;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.workbench.Sql;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * What of a table is compared and repaired.
 *
 * @param partitions paths such as {@code product_id_bucket=3}; empty for all
 * @param keys a range of keys; null for all
 */
public record RepairScope(Set<String> partitions, @Nullable KeyRange keys) {
    /** The whole table. */
    public static final RepairScope ALL = new RepairScope(Set.of(), null);

    /**
     * Rows by one column of their key.
     *
     * @param first the least value
     * @param last the greatest, which is part of the range
     */
    public record KeyRange(String column, String first, String last) {
        /**
         * Reads {@code product_id=1000..1999}.
         *
         * @throws FirnException when the text is something else
         */
        public static KeyRange parse(String text) {
            int equals = text.indexOf('=');
            int dots = text.indexOf("..", equals + 1);
            if (equals <= 0 || dots <= equals + 1 || dots + 2 == text.length()) {
                throw new FirnException(
                        ErrorCode.USAGE_INVALID,
                        "--keys must be COLUMN=FIRST..LAST, as in product_id=1000..1999, but was " + text);
            }
            return new KeyRange(text.substring(0, equals), text.substring(equals + 1, dots), text.substring(dots + 2));
        }

        private String condition() {
            return "%s BETWEEN %s AND %s".formatted(Sql.identifier(column), Sql.literal(first), Sql.literal(last));
        }

        private Expression filter(Table table) {
            Type type = table.schema().findField(column).type();
            boolean whole = type.typeId() == Type.TypeID.INTEGER || type.typeId() == Type.TypeID.LONG;
            return whole
                    ? Expressions.and(
                            Expressions.greaterThanOrEqual(column, whole(first)),
                            Expressions.lessThanOrEqual(column, whole(last)))
                    : Expressions.alwaysTrue();
        }

        private Long whole(String text) {
            try {
                return Long.valueOf(text);
            } catch (NumberFormatException e) {
                throw new FirnException(
                        ErrorCode.USAGE_INVALID,
                        "--keys must give whole numbers for %s but gave %s".formatted(column, text),
                        e);
            }
        }
    }

    public RepairScope {
        partitions = Set.copyOf(partitions);
    }

    boolean covers(String partition) {
        return partitions.isEmpty() || partitions.contains(partition);
    }

    /** Which rows, as SQL over the table's columns. */
    String condition() {
        return keys == null ? "true" : keys.condition();
    }

    /** Which files may hold them. */
    Expression filter(Table table) {
        return keys == null ? Expressions.alwaysTrue() : keys.filter(table);
    }

    /** @throws FirnException when the range is of a column that is not part of the table's key, or not of its type */
    void requireKeyOf(Table table) {
        List<String> key = Rebuilt.keyOf(table);
        if (keys != null && !key.contains(keys.column())) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID,
                    "--keys must name a column of the key of %s (%s) but named %s"
                            .formatted(table.name(), String.join(", ", key), keys.column()));
        }
        filter(table);
    }

    /** @throws FirnException when a partition is not one of those that are known */
    void requirePartitionsOf(Table table, Collection<String> known) {
        for (String partition : partitions) {
            if (!known.contains(partition)) {
                throw new FirnException(
                        ErrorCode.USAGE_INVALID,
                        "table %s has no partition %s (there are: %s)"
                                .formatted(
                                        table.name(),
                                        partition,
                                        String.join(
                                                ", ",
                                                known.stream().sorted().limit(5).toList())));
            }
        }
    }
}
