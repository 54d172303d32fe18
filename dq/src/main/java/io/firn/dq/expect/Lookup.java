package io.firn.dq.expect;

import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Which files of a table may have rows with some values of a column: cut down by partitions and by their bounds. */
final class Lookup {
    /** Iceberg compares no more single values than these with a file's bounds. */
    private static final int MOST_VALUES = 200;
    /** Runs of whole numbers that lie together. */
    private static final int MOST_RUNS = 64;

    private Lookup() {}

    /**
     * Leaves files out.
     *
     * @param scan of the table
     * @param column the table's
     * @param values a query for the values, as after FROM, with them in {@code valuesColumn}
     */
    static Scan in(Probe probe, Scan scan, String column, String values, String valuesColumn) {
        Type type = scan.schema().findType(column);
        boolean whole = type instanceof Types.LongType || type instanceof Types.IntegerType;
        if (!whole && !(type instanceof Types.StringType)) {
            return scan;
        }
        String name = Sql.identifier(valuesColumn);
        List<@Nullable Object> few = probe.values("SELECT DISTINCT %1$s FROM %2$s WHERE %1$s IS NOT NULL LIMIT %3$d"
                .formatted(name, values, MOST_VALUES + 1));
        if (few.size() <= MOST_VALUES) {
            List<Object> all = few.stream().map(Objects::requireNonNull).toList();
            return scan.where(all.isEmpty() ? Expressions.alwaysFalse() : Expressions.in(column, all));
        }
        return whole ? scan.where(runs(probe, column, values, name)) : scan;
    }

    private static Expression runs(Probe probe, String column, String values, String name) {
        String sorted =
                "SELECT DISTINCT CAST(%1$s AS BIGINT) AS v FROM %2$s WHERE %1$s IS NOT NULL".formatted(name, values);
        String gaps = "SELECT v, lag(v) OVER (ORDER BY v) AS before FROM (%s)".formatted(sorted);
        List<Object> firsts = new ArrayList<>();
        probe.values("SELECT v FROM (%s) WHERE before IS NOT NULL ORDER BY CAST(v AS HUGEINT) - before DESC LIMIT %d"
                        .formatted(gaps, MOST_RUNS - 1))
                .forEach(value -> firsts.add(Objects.requireNonNull(value)));
        String breaks = firsts.stream()
                .map(String::valueOf)
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
        List<@Nullable Object> bounds = probe.values("""
                SELECT unnest([min(v), max(v)]) FROM (SELECT v, count(*) FILTER (v IN (%s)) OVER (ORDER BY v) AS run FROM (%s))
                GROUP BY run""".formatted(breaks, sorted));
        Expression any = Expressions.alwaysFalse();
        for (int i = 0; i < bounds.size(); i += 2) {
            any = Expressions.or(
                    any,
                    Expressions.and(
                            Expressions.greaterThanOrEqual(column, Objects.requireNonNull(bounds.get(i))),
                            Expressions.lessThanOrEqual(column, Objects.requireNonNull(bounds.get(i + 1)))));
        }
        return any;
    }
}
