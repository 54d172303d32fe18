package io.firn.engine.ingest;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.FirnException;
import io.firn.engine.buffer.BufferColumns;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.quarantine.Action;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Looks late changes up in the change log. Changes of one row are made one after the other, so their log sequence
 * numbers are in commit order; a snapshot's row carries the snapshot's number, so it is compared by its place in the
 * partition, in which a row's changes are in order too.
 */
final class NewerChanges {
    private static final String LOG = "firn:newer";

    private static final String NEWER =
            "CASE WHEN (l._op = 'r' OR c.op = 'r') AND l._topic = %1$s AND l._partition = c.part"
                    + " THEN l._offset > c.off ELSE l._lsn > c.lsn END";

    private static final String SAME =
            "l._lsn = c.lsn AND l._op = c.op AND (c.op <> 'r' OR l._topic <> %1$s OR l._partition <> c.part OR l._offset = c.off)";

    private final Table log;
    private final List<NestedField> columns;
    private final int[] key;
    private final Workbench workbench;

    /**
     * @param columns of the current table, in slot order
     * @param key the slots of the key columns
     */
    NewerChanges(Table log, List<NestedField> columns, int[] key, Workbench workbench) {
        this.log = log;
        this.columns = columns;
        this.key = key.clone();
        this.workbench = workbench;
    }

    /** Is told each change that is not to be written. */
    @FunctionalInterface
    interface Removed {
        void row(int partition, long offset, Action action, String detail);
    }

    /** @return the rows without those the log holds, or has newer ones for */
    CutRows remove(CutRows rows, String topic, Removed removed) {
        log.refresh();
        if (rows.count() == 0 || log.currentSnapshot() == null) {
            return rows;
        }
        String verdicts = Sql.identifier("verdicts:" + rows.table());
        try (Statement statement = rows.connection().createStatement();
                TableView view = workbench.view(rows.connection(), LOG, scan(statement, rows))) {
            statement.execute(verdicts(verdicts, rows, view, Sql.literal(topic)));
            try (ResultSet found = statement.executeQuery(
                    "SELECT c.part, c.off, c.op, v.present, v.newest FROM %s c JOIN %s v ON v.seq = c.rowid ORDER BY c.rowid"
                            .formatted(rows.relation(), verdicts))) {
                while (found.next()) {
                    tell(found, removed);
                }
            }
            long gone = statement.executeUpdate(
                    "DELETE FROM %s WHERE rowid IN (SELECT seq FROM %s)".formatted(rows.relation(), verdicts));
            statement.execute("DROP TABLE " + verdicts);
            return new CutRows(rows.connection(), rows.table(), rows.count() - gone, rows.incomplete());
        } catch (SQLException e) {
            throw FirnException.internal("late changes of " + log.name() + " could not be looked up", e);
        }
    }

    private static void tell(ResultSet row, Removed removed) throws SQLException {
        int partition = row.getInt(1);
        long offset = row.getLong(2);
        if (row.getBoolean(4)) {
            removed.row(partition, offset, Action.REPLAYED, "it is in the change log already");
        } else if (row.getString(3).equals("t")) {
            removed.row(
                    partition,
                    offset,
                    Action.FAILED,
                    "the table was emptied by this change, and has changed since: it cannot be emptied now");
        } else {
            removed.row(
                    partition,
                    offset,
                    Action.SUPERSEDED,
                    "a newer change of the row, lsn " + row.getLong(5) + ", is in the change log");
        }
    }

    /** One row for each change that the log holds, or has a newer one of the same row for, or that comes twice. */
    private String verdicts(String name, CutRows rows, TableView view, String topic) {
        String sameRow = IntStream.of(key)
                .mapToObj(slot ->
                        "l.%s = c.%s".formatted(Sql.identifier(columns.get(slot).name()), BufferColumns.after(slot)))
                .collect(Collectors.joining(" AND "));
        String sameKey = IntStream.of(key)
                .mapToObj(slot -> "d.%1$s IS NOT DISTINCT FROM c.%1$s".formatted(BufferColumns.after(slot)))
                .collect(Collectors.joining(" AND "));
        String newer = NEWER.formatted(topic);
        String same = SAME.formatted(topic);
        return """
                CREATE OR REPLACE TABLE %1$s AS
                SELECT seq, bool_or(present) AS present, max(newest) AS newest FROM (
                  SELECT c.rowid AS seq, %2$s AS present, l._lsn AS newest
                  FROM %5$s l JOIN %4$s c ON %6$s AND (%2$s OR %3$s)
                  WHERE c.op <> 't'
                  UNION ALL
                  SELECT c.rowid, false, l._lsn
                  FROM (SELECT * FROM %5$s WHERE _op = 't') l JOIN %4$s c ON %3$s
                  WHERE c.op <> 't'
                  UNION ALL
                  SELECT c.rowid, %2$s, l._lsn
                  FROM %5$s l JOIN %4$s c ON %2$s OR %3$s
                  WHERE c.op = 't'
                  UNION ALL
                  SELECT c.rowid, true, c.lsn
                  FROM %4$s c JOIN %4$s d ON d.lsn = c.lsn AND d.op = c.op AND d.rowid < c.rowid AND %7$s
                  WHERE c.op <> 'r' OR d.part = c.part AND d.off = c.off
                ) GROUP BY seq
                """.formatted(name, same, newer, rows.relation(), Sql.identifier(view.name()), sameRow, sameKey);
    }

    /** Only files that can hold something as new as the oldest of the late changes. */
    private Scan scan(Statement statement, CutRows rows) throws SQLException {
        long oldest;
        try (ResultSet row =
                statement.executeQuery("SELECT min(CASE WHEN op = 'r' THEN 0 ELSE lsn END) FROM " + rows.relation())) {
            row.next();
            oldest = row.getLong(1);
        }
        Snapshot head = log.currentSnapshot();
        List<String> names = new ArrayList<>(List.of(
                ChangeLogColumns.OPERATION,
                ChangeLogColumns.LSN,
                ChangeLogColumns.TOPIC,
                ChangeLogColumns.PARTITION,
                ChangeLogColumns.OFFSET));
        IntStream.of(key).forEach(slot -> names.add(columns.get(slot).name()));
        return Scan.of(log, head == null ? null : (Long) head.snapshotId())
                .where(Expressions.greaterThanOrEqual(ChangeLogColumns.LSN, oldest))
                .select(names);
    }
}
