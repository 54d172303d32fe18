package io.firn.engine.write;

import io.firn.catalog.FirnException;
import io.firn.engine.buffer.BufferColumns;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.index.KeyIndex;
import io.firn.engine.index.Located;
import io.firn.workbench.DuckTypes;
import io.firn.workbench.FileStage;
import io.firn.workbench.FileStage.Staged;
import io.firn.workbench.ParquetColumns;
import io.firn.workbench.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Fills in values that the source left out because an update did not touch them (TOAST): from the key's change before
 * it in the same cut, or from its row in the table. A row that moved to another key finds them under the old one. What
 * cannot be found is named, never guessed.
 */
public final class UnchangedValues {
    private final Table current;
    private final List<NestedField> columns;
    private final int[] key;
    private final KeyIndex index;
    private final FileStage stage;

    /**
     * @param current the table, which holds the cut before
     * @param key the slots of its key columns
     * @param stage brings the table's files to where DuckDB can read them
     */
    public UnchangedValues(Table current, int[] key, KeyIndex index, FileStage stage) {
        this.current = current;
        this.columns = current.schema().columns();
        this.key = key.clone();
        this.index = index;
        this.stage = stage;
    }

    /** Is told each change that stays incomplete. */
    @FunctionalInterface
    public interface Incomplete {
        /** @param row the change as JSON, in the buffer's columns */
        void row(int partition, long offset, String missing, String row);
    }

    /**
     * @param rows taken over: closed when others are returned in their place
     * @return the rows with every value that could be found; those with one that could not are told and left out
     */
    public CutRows fill(CutRows rows, Incomplete incomplete) {
        if (rows.incomplete() == 0) {
            return rows;
        }
        try (Statement statement = rows.connection().createStatement()) {
            List<Integer> slots = wanted(statement, rows);
            if (slots.isEmpty()) {
                return new CutRows(rows.connection(), rows.table(), rows.count(), 0);
            }
            String old = oldRows(statement, rows, slots);
            CutRows filled = rows;
            long left = rows.incomplete();
            long before;
            do {
                before = left;
                filled = pass(statement, filled, slots, old);
                left = filled.incomplete();
            } while (left > 0 && left < before);
            statement.execute("DROP TABLE " + old);
            return left == 0 ? filled : without(statement, filled, incomplete);
        } catch (SQLException e) {
            throw FirnException.internal("unchanged values of " + current.name() + " could not be filled in", e);
        }
    }

    private List<Integer> wanted(Statement statement, CutRows rows) throws SQLException {
        List<Integer> slots = new ArrayList<>();
        Map<String, Integer> byName = new HashMap<>();
        IntStream.range(0, columns.size())
                .forEach(i -> byName.put(columns.get(i).name(), i));
        try (ResultSet names = statement.executeQuery(
                "SELECT DISTINCT unnest(unavailable) FROM %s ORDER BY 1".formatted(rows.relation()))) {
            while (names.next()) {
                slots.add(byName.getOrDefault(names.getString(1), -1));
            }
        }
        return slots;
    }

    private String keys(String alias) {
        return IntStream.of(key)
                .mapToObj(slot -> alias + "." + BufferColumns.after(slot))
                .collect(Collectors.joining(", "));
    }

    /** The wanted columns of the rows in the table, by key, for every key of the cut that may need them. */
    private String oldRows(Statement statement, CutRows rows, List<Integer> slots) throws SQLException {
        String old = Sql.identifier("old:" + rows.table());
        List<Integer> kept = new ArrayList<>(IntStream.of(key).boxed().toList());
        slots.stream().filter(slot -> !kept.contains(slot)).forEach(kept::add);
        statement.execute("CREATE OR REPLACE TABLE %s (%s)"
                .formatted(
                        old,
                        kept.stream()
                                .map(slot -> BufferColumns.after(slot) + " "
                                        + DuckTypes.of(columns.get(slot).type()))
                                .collect(Collectors.joining(", "))));
        index.synchronise(current);
        List<NestedField> fields = kept.stream().map(columns::get).toList();
        String values = kept.stream()
                .map(slot -> Sql.identifier(columns.get(slot).name()))
                .collect(Collectors.joining(", "));
        for (Map.Entry<DataFile, String> positions : located(rows).entrySet()) {
            String table = Sql.identifier(positions.getValue());
            try (Staged staged = stage.stage(current.io(), List.of(positions.getKey()))) {
                String path = Sql.literal(staged.path(positions.getKey().location()));
                statement.execute(
                        "INSERT INTO %s SELECT %s FROM read_parquet(%s, %s) WHERE file_row_number IN (SELECT pos FROM %s)"
                                .formatted(old, values, path, ParquetColumns.option(fields), table));
            }
            statement.execute("DROP TABLE " + table);
        }
        return old;
    }

    /** @return for each data file with such a row, the name of a table of positions in it */
    private Map<DataFile, String> located(CutRows rows) throws SQLException {
        Map<DataFile, String> tables = new HashMap<>();
        Map<String, DuckDBAppender> appenders = new HashMap<>();
        try (Statement statement = rows.connection().createStatement();
                ResultSet found = statement.executeQuery(keyQuery(rows))) {
            List<byte[]> keys = new ArrayList<>();
            while (found.next()) {
                keys.add(index.keys().read(found, 1));
            }
            for (@Nullable Located row : index.locate(keys)) {
                if (row != null) {
                    appender(rows, row, tables, appenders)
                            .beginRow()
                            .append(row.position())
                            .endRow();
                }
            }
        } finally {
            for (DuckDBAppender appender : appenders.values()) {
                appender.close();
            }
        }
        return tables;
    }

    private String keyQuery(CutRows rows) {
        String expressions = IntStream.range(0, key.length)
                .mapToObj(i -> index.keys().expression(i, "c." + BufferColumns.after(key[i])))
                .collect(Collectors.joining(", "));
        return "SELECT DISTINCT %s FROM %s c WHERE c.unavailable IS NOT NULL OR c.op = 'd'"
                .formatted(expressions, rows.relation());
    }

    private static DuckDBAppender appender(
            CutRows rows, Located row, Map<DataFile, String> tables, Map<String, DuckDBAppender> appenders)
            throws SQLException {
        String location = row.file().location();
        DuckDBAppender open = appenders.get(location);
        if (open == null) {
            String name = "positions:" + rows.table() + ":" + row.file().number();
            try (Statement statement = rows.connection().createStatement()) {
                statement.execute("CREATE OR REPLACE TABLE %s (pos BIGINT)".formatted(Sql.identifier(name)));
            }
            open = rows.connection().createAppender(name);
            tables.put(row.file().file(), name);
            appenders.put(location, open);
        }
        return open;
    }

    /**
     * One round over the cut. A second one is needed where a value is found under a key that was itself filled in this
     * round.
     */
    private CutRows pass(Statement statement, CutRows rows, List<Integer> slots, String old) throws SQLException {
        String next = rows.table() + "+";
        StringBuilder states = new StringBuilder();
        StringBuilder replaced = new StringBuilder();
        StringBuilder found = new StringBuilder();
        for (int slot : slots) {
            states.append(", ").append(state(slot)).append(" AS s").append(slot);
            String has = has(slot, "c");
            String value = "CASE WHEN s.s%1$d.known THEN s.s%1$d WHEN d.s%1$d.known THEN d.s%1$d END".formatted(slot);
            replaced.append(replaced.isEmpty() ? "" : ", ")
                    .append("CASE WHEN %s THEN (%s).v ELSE c.a%d END AS a%d".formatted(has, value, slot, slot));
            found.append(found.isEmpty() ? "" : ", ")
                    .append("CASE WHEN (%s) IS NOT NULL THEN %s END"
                            .formatted(value, Sql.literal(columns.get(slot).name())));
        }
        statement.execute("""
                CREATE OR REPLACE TABLE %1$s AS
                WITH s AS MATERIALIZED (
                  SELECT c.rowid AS seq, c.op, c.lsn, c.ord%2$s
                  FROM %3$s c LEFT JOIN %4$s o ON %5$s
                  WINDOW w AS (PARTITION BY %6$s ORDER BY c.rowid ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
                SELECT c.* REPLACE (%7$s,
                  nullif(list_filter(c.unavailable, lambda name: NOT list_contains([%8$s], name)), []::VARCHAR[]) AS unavailable)
                FROM %3$s c JOIN s ON s.seq = c.rowid
                LEFT JOIN s d ON c.unavailable IS NOT NULL AND d.op = 'd' AND d.lsn = c.lsn AND d.ord = c.ord - 1
                ORDER BY c.rowid
                """.formatted(
                        Sql.identifier(next), states, rows.relation(), old, sameKey(), keys("c"), replaced, found));
        rows.close();
        return new CutRows(rows.connection(), next, rows.count(), incomplete(statement, next));
    }

    private String sameKey() {
        return IntStream.of(key)
                .mapToObj(slot -> "o.a%1$d = c.a%1$d".formatted(slot))
                .collect(Collectors.joining(" AND "));
    }

    private String has(int slot, String alias) {
        return "coalesce(list_contains(%s.unavailable, %s), false)"
                .formatted(alias, Sql.literal(columns.get(slot).name()));
    }

    /** What is known of a column just before a change: from the cut, else from the table; a delete makes it unknown. */
    private String state(int slot) {
        String type = DuckTypes.of(columns.get(slot).type());
        String none = "{'known': false, 'v': NULL::%s}".formatted(type);
        return ("coalesce(last_value(CASE WHEN c.op = 'd' THEN %1$s WHEN c.op <> 't' AND NOT %2$s"
                        + " THEN {'known': true, 'v': c.a%3$d} END IGNORE NULLS) OVER w,"
                        + " CASE WHEN o.%4$s IS NOT NULL THEN {'known': true, 'v': o.a%3$d} ELSE %1$s END)")
                .formatted(none, has(slot, "c"), slot, BufferColumns.after(key[0]));
    }

    private static long incomplete(Statement statement, String table) throws SQLException {
        try (ResultSet row = statement.executeQuery(
                "SELECT count(*) FROM %s WHERE unavailable IS NOT NULL".formatted(Sql.identifier(table)))) {
            row.next();
            return row.getLong(1);
        }
    }

    private static CutRows without(Statement statement, CutRows rows, Incomplete incomplete) throws SQLException {
        try (ResultSet left = statement.executeQuery(
                "SELECT part, off, array_to_string(unavailable, ', '), to_json(c)::VARCHAR FROM %s c WHERE unavailable IS NOT NULL ORDER BY rowid"
                        .formatted(rows.relation()))) {
            while (left.next()) {
                incomplete.row(left.getInt(1), left.getLong(2), left.getString(3), left.getString(4));
            }
        }
        DuckDBConnection connection = rows.connection();
        long removed =
                statement.executeUpdate("DELETE FROM %s WHERE unavailable IS NOT NULL".formatted(rows.relation()));
        return new CutRows(connection, rows.table(), rows.count() - removed, 0);
    }
}
