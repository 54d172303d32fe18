package io.firn.dq.expect;

import io.firn.catalog.ChangeLogColumns;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;

/**
 * What a change log says of some cuts, folded: one row for each key, with its last values and what happened first and
 * last. A temporary table; cost grows with these changes alone.
 *
 * @param name the temporary table's, quoted
 * @param truncates how often the whole table was emptied
 */
record ChangedKeys(Probe probe, String name, long truncates) implements AutoCloseable {
    /** A table may be looked at from two sides at a time. */
    private static final AtomicLong TABLES = new AtomicLong();

    private static final String FIRST = "firn:first";
    private static final String LAST = "firn:last";
    private static final String TOUCHED = "firn:touched";

    /**
     * Folds the changes after a cut, up to the one that the table holds.
     *
     * @param columns whose last values are wanted
     */
    static ChangedKeys after(Probe probe, CheckedTable table, long cut, List<String> columns) {
        Table log = Objects.requireNonNull(table.log());
        List<String> wanted = new ArrayList<>(new LinkedHashSet<>(columns));
        wanted.removeAll(table.key());
        List<String> read = new ArrayList<>(table.key());
        read.addAll(wanted);
        read.addAll(List.of(
                ChangeLogColumns.OPERATION,
                ChangeLogColumns.CHANGED,
                ChangeLogColumns.CUT,
                ChangeLogColumns.LSN,
                ChangeLogColumns.TRANSACTION_ORDER));
        log.refresh();
        Scan scan = Scan.of(
                        log,
                        log.currentSnapshot() == null
                                ? null
                                : (Long) log.currentSnapshot().snapshotId())
                .select(read)
                .where(Expressions.greaterThan(ChangeLogColumns.CUT, cut))
                .where(Expressions.lessThanOrEqual(
                        ChangeLogColumns.CUT, table.cut().number()));
        String name = Sql.identifier("firn:changed:" + TABLES.incrementAndGet());
        try (TableView view = probe.view("firn:log:" + table.name(), scan)) {
            String interval = "FROM %s WHERE _cut > %d AND _cut <= %d"
                    .formatted(Sql.identifier(view.name()), cut, table.cut().number());
            probe.execute(fold(name, interval, table.key(), wanted, columns));
            return new ChangedKeys(probe, name, probe.count("SELECT count(*) %s AND _op = 't'".formatted(interval)));
        }
    }

    private static String fold(
            String name, String interval, List<String> key, List<String> wanted, List<String> columns) {
        String order = "ORDER BY _cut, _lsn, _tx_order NULLS FIRST";
        String values = wanted.stream()
                .map(Sql::identifier)
                .map(column -> "last(%1$s %2$s) AS %1$s, ".formatted(column, order))
                .collect(Collectors.joining());
        String touched = columns.isEmpty()
                ? "false"
                : "_changed IS NULL OR list_has_any(_changed, [%s])".formatted(Sql.literals(columns));
        return """
                CREATE OR REPLACE TEMP TABLE %s AS SELECT %s, %s
                  first(_op %s) AS %s, last(_op %s) AS %s, bool_or(%s) AS %s
                %s AND _op <> 't' GROUP BY %s""".formatted(
                        name,
                        Sql.identifiers(key),
                        values,
                        order,
                        Sql.identifier(FIRST),
                        order,
                        Sql.identifier(LAST),
                        touched,
                        Sql.identifier(TOUCHED),
                        interval,
                        Sql.identifiers(key));
    }

    /** The keys that are there afterwards. */
    String alive() {
        return "%s <> 'd'".formatted(Sql.identifier(LAST));
    }

    /** The keys that are not. */
    String gone() {
        return "%s = 'd'".formatted(Sql.identifier(LAST));
    }

    /** The keys whose wanted columns may have other values than before. */
    String touched() {
        return Sql.identifier(TOUCHED);
    }

    /** How many keys there are. */
    long size() {
        return probe.count("SELECT count(*) FROM " + name);
    }

    /**
     * By how many rows the table has grown if every change did what it says.
     *
     * @return empty when the changes do not say: the table was emptied, or rows were read again
     */
    OptionalLong growth() {
        List<Long> counts = probe.counts(
                "SELECT count(*) FILTER (%1$s = 'r'), count(*) FILTER (%1$s = 'c' AND %2$s), count(*) FILTER (%1$s <> 'c' AND %3$s) FROM %4$s"
                        .formatted(Sql.identifier(FIRST), alive(), gone(), name));
        return truncates > 0 || counts.get(0) > 0
                ? OptionalLong.empty()
                : OptionalLong.of(counts.get(1) - counts.get(2));
    }

    @Override
    public void close() {
        probe.execute("DROP TABLE IF EXISTS " + name);
    }
}
