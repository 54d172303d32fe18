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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

    /** Where a change stands in the log. */
    private record Place(long cut, int partition, long offset, long lsn) {

        /** Whether this truncate came after the change of a row; in another partition its number tells. */
        boolean emptied(Place row) {
            return cut != row.cut ? cut > row.cut : partition == row.partition ? offset > row.offset : lsn > row.lsn;
        }
    }

    /**
     * A row's last change.
     *
     * @param hash the MD5 of the row; empty when it was deleted
     */
    private record Last(Place place, String hash) {}

    /** The MD5 of each changed row, or nothing where it was deleted, by key. */
    private Map<String, String> rows(Map<String, Narrowing.Differing> differing) {
        Map<String, Last> rows = new HashMap<>();
        List<Place> truncates = new ArrayList<>();
        Snapshot head = log.currentSnapshot();
        if (head == null || differing.isEmpty()) {
            return Map.of();
        }
        Scan scan = Scan.of(log, (Long) head.snapshotId()).where(Expressions.greaterThan(ChangeLogColumns.CUT, after));
        String keyText = DigestSql.DUCKDB.rowText(key);
        String sql = """
                SELECT %1$s, _op, _tx_id, %2$s, _cut, _partition, _offset, _lsn FROM %3$s
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
                note(found, rows, truncates);
            }
            return emptied(differing.keySet(), rows, truncates);
        } catch (SQLException e) {
            throw DuckFailures.translate("reading " + log.name(), e);
        }
    }

    private void note(ResultSet change, Map<String, Last> rows, List<Place> truncates) throws SQLException {
        long transaction = change.getLong(3);
        if (!change.wasNull() && !visibility.sees(transaction)) {
            return;
        }
        Place place = new Place(change.getLong(5), change.getInt(6), change.getLong(7), change.getLong(8));
        switch (change.getString(2)) {
            case "t" -> truncates.add(place);
            case "d" -> rows.put(change.getString(1), new Last(place, ABSENT));
            default -> rows.put(change.getString(1), new Last(place, change.getString(4)));
        }
    }

    private static Map<String, String> emptied(Set<String> keys, Map<String, Last> rows, List<Place> truncates) {
        Map<String, String> hashes = new HashMap<>();
        for (String key : keys) {
            Last last = rows.get(key);
            if (truncates.stream().anyMatch(truncate -> last == null || truncate.emptied(last.place()))) {
                hashes.put(key, ABSENT);
            } else if (last != null) {
                hashes.put(key, last.hash());
            }
        }
        return hashes;
    }
}
