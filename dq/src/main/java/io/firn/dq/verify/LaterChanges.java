package io.firn.dq.verify;

import io.firn.catalog.ChangeLogColumns;
import io.firn.workbench.DigestColumn;
import io.firn.workbench.DigestSql;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.duckdb.DuckDBConnection;

/**
 * What the change log says about rows after a cut, up to the moment of a snapshot of PostgreSQL. Transactions after the
 * moment are told apart by their numbers, which the snapshot knows, not by their places in PostgreSQL's log.
 */
final class LaterChanges {
    private static final String VIEW = "firn:verify:log";
    private static final String ABSENT = "";

    private final Workbench workbench;
    private final DuckDBConnection duck;
    private final Table log;
    private final List<DigestColumn> columns;
    private final List<DigestColumn> key;
    private final long after;
    private final Visibility visibility;

    /** @param after the cut that the compared snapshot holds */
    LaterChanges(
            Workbench workbench,
            DuckDBConnection duck,
            Table log,
            List<DigestColumn> columns,
            List<DigestColumn> key,
            long after,
            Visibility visibility) {
        this.workbench = workbench;
        this.duck = duck;
        this.log = log;
        this.columns = List.copyOf(columns);
        this.key = List.copyOf(key);
        this.after = after;
        this.visibility = visibility;
    }

    /** Removes the keys whose row is, after these changes, what PostgreSQL has. */
    void explain(Map<String, Narrowing.Differing> differing) {
        Map<String, String> rows = rows(differing);
        differing
                .entrySet()
                .removeIf(entry -> entry.getValue().kind() != RowDifference.Kind.DOUBLED_IN_LAKE
                        && Objects.requireNonNullElse(entry.getValue().hash(), ABSENT)
                                .equals(rows.get(entry.getKey())));
    }

    /** The MD5 of each changed row, or nothing where it was deleted, by key. */
    private Map<String, String> rows(Map<String, Narrowing.Differing> differing) {
        Map<String, String> rows = new HashMap<>();
        Snapshot head = log.currentSnapshot();
        if (head == null || differing.isEmpty()) {
            return rows;
        }
        Scan scan = Scan.of(log, (Long) head.snapshotId()).where(Expressions.greaterThan(ChangeLogColumns.CUT, after));
        String keyText = DigestSql.DUCKDB.rowText(key);
        String sql = """
                SELECT %1$s, _op, _tx_id, %2$s FROM %3$s
                WHERE _cut > %4$d AND (_op = 't' OR %1$s IN (%5$s))
                ORDER BY _cut, _partition, _offset""".formatted(
                        keyText,
                        DigestSql.DUCKDB.rowHash(columns),
                        Sql.identifier(VIEW),
                        after,
                        Sql.literals(differing.keySet()));
        try (TableView view = workbench.view(duck, VIEW, scan);
                Statement statement = duck.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                note(found, differing, rows);
            }
            return rows;
        } catch (SQLException e) {
            throw DuckFailures.translate("reading " + log.name(), e);
        }
    }

    private void note(ResultSet change, Map<String, Narrowing.Differing> differing, Map<String, String> rows)
            throws SQLException {
        long transaction = change.getLong(3);
        if (!change.wasNull() && !visibility.sees(transaction)) {
            return;
        }
        switch (change.getString(2)) {
            case "t" -> differing.keySet().forEach(key -> rows.put(key, ABSENT));
            case "d" -> rows.put(change.getString(1), ABSENT);
            default -> rows.put(change.getString(1), change.getString(4));
        }
    }
}
