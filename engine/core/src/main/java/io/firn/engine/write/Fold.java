package io.firn.engine.write;

import io.firn.catalog.FirnException;
import io.firn.engine.buffer.BufferColumns;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.index.KeyIndex;
import io.firn.engine.index.Keys;
import io.firn.engine.index.Located;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * The last change of each key in a cut. Arrival order decides: within a partition it is the source's commit order, a
 * key is always in the same partition, and redeliveries were dropped before.
 */
final class Fold implements AutoCloseable {
    private static final int BATCH_ROWS = 20_000;
    /** What a join needs in memory for a row that lives on. */
    private static final int JOINED_BYTES = 40;

    /** The share of the memory that the join may have beside the sort after it, one of so many. */
    private static final int JOINED_SHARE = 8;

    private static final int PIECE_ROWS = 500_000;

    private final CutRows rows;
    private final List<NestedField> columns;
    private final int[] key;
    private final String folded;
    private final String living;
    private final String collected;
    private final boolean truncates;

    /** @param key the slots of the key columns */
    Fold(CutRows rows, List<NestedField> columns, int[] key) {
        this.rows = rows;
        this.columns = columns;
        this.key = key;
        this.folded = Sql.identifier("folded:" + rows.table());
        this.living = "living:" + rows.table();
        this.collected = Sql.identifier("collected:" + rows.table());
        try (Statement statement = rows.connection().createStatement()) {
            Optional<String> later = afterTruncate(statement);
            truncates = later.isPresent();
            statement.execute(
                    "CREATE OR REPLACE TABLE %s AS SELECT max(rowid) AS seq, arg_max(op, rowid) = 'd' AS gone, %s FROM %s WHERE %s GROUP BY %s"
                            .formatted(
                                    folded,
                                    keys(BufferColumns::after),
                                    rows.relation(),
                                    later.orElse("true"),
                                    keys(BufferColumns::after)));
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /**
     * A truncate comes in one partition and empties the table for all. Its own partition tells by arrival what came
     * after it; the others by log sequence number, which does since a truncate waits for every transaction that has
     * changed the table.
     *
     * @return the condition of what came after the last truncate; empty when there was none
     */
    private Optional<String> afterTruncate(Statement statement) throws SQLException {
        try (ResultSet last = statement.executeQuery(
                "SELECT rowid, part, lsn FROM %s WHERE op = 't' ORDER BY lsn DESC, rowid DESC LIMIT 1"
                        .formatted(rows.relation()))) {
            if (!last.next()) {
                return Optional.empty();
            }
            return Optional.of("op <> 't' AND CASE WHEN part = %d THEN rowid > %d ELSE lsn > %d END"
                    .formatted(last.getInt(2), last.getLong(1), last.getLong(3)));
        }
    }

    private String keys(IntFunction<String> expression) {
        return IntStream.of(key).mapToObj(expression).collect(Collectors.joining(", "));
    }

    /** @return whether the table was emptied before the changes that are left */
    boolean truncates() {
        return truncates;
    }

    /** Is told every key whose row exists in the table. */
    @FunctionalInterface
    interface Superseded {
        void row(Located located);
    }

    /**
     * Looks every key up, and notes which rows live on and with which lineage id.
     *
     * @return how many rows live on
     */
    Rows locate(KeyIndex index, Superseded superseded) {
        try (Statement statement = rows.connection().createStatement()) {
            statement.execute(
                    "CREATE OR REPLACE TABLE %s (seq BIGINT, row_id BIGINT)".formatted(Sql.identifier(living)));
            statement.execute("BEGIN TRANSACTION"); // of its own, an appender has one for every 2,048 rows
            Rows located;
            try (DuckDBAppender appender = rows.connection().createAppender(living);
                    ResultSet keys = statement.executeQuery(select(index.keys()))) {
                located = locate(index, keys, appender, superseded);
            } catch (SQLException | RuntimeException | Error e) {
                statement.execute("ROLLBACK");
                throw e;
            }
            statement.execute("COMMIT");
            return located;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** In the order of keys, so that those that lie together in the index are looked up together. */
    private String select(Keys keys) {
        String expressions = IntStream.range(0, key.length)
                .mapToObj(i -> keys.expression(i, BufferColumns.after(key[i])))
                .collect(Collectors.joining(", "));
        return "SELECT seq, gone, %s FROM %s ORDER BY %s".formatted(expressions, folded, keys(BufferColumns::after));
    }

    private Rows locate(KeyIndex index, ResultSet found, DuckDBAppender appender, Superseded superseded)
            throws SQLException {
        List<byte[]> batch = new ArrayList<>(BATCH_ROWS);
        long[] sequences = new long[BATCH_ROWS];
        boolean[] gone = new boolean[BATCH_ROWS];
        Keys keys = index.keys();
        Rows total = Rows.NONE;
        boolean more = true;
        while (more) {
            more = found.next();
            if (more) {
                sequences[batch.size()] = found.getLong(1);
                gone[batch.size()] = found.getBoolean(2);
                batch.add(keys.read(found, 3));
            }
            if (!batch.isEmpty() && (!more || batch.size() == BATCH_ROWS)) {
                List<@Nullable Located> located =
                        truncates ? Collections.nCopies(batch.size(), null) : index.locate(batch);
                total = total.plus(note(located, sequences, gone, appender, superseded));
                batch.clear();
            }
        }
        return total;
    }

    private static Rows note(
            List<@Nullable Located> located,
            long[] sequences,
            boolean[] gone,
            DuckDBAppender appender,
            Superseded superseded)
            throws SQLException {
        long living = 0;
        long kept = 0;
        for (int i = 0; i < located.size(); i++) {
            Located old = located.get(i);
            if (old != null) {
                superseded.row(old);
            }
            if (!gone[i]) {
                living++;
                kept += old != null && old.rowId() >= 0 ? 1 : 0;
                appender.beginRow().append(sequences[i]);
                if (old == null || old.rowId() < 0) {
                    appender.appendNull();
                } else {
                    appender.append(old.rowId());
                }
                appender.endRow();
            }
        }
        return new Rows(living, kept);
    }

    /**
     * @param living rows that exist after the cut
     * @param kept those among them that keep their lineage id
     */
    record Rows(long living, long kept) {
        static final Rows NONE = new Rows(0, 0);

        Rows plus(Rows other) {
            return new Rows(living + other.living, kept + other.kept);
        }
    }

    /**
     * The rows that live on, with the table's column names and their lineage ids where they have one.
     *
     * @return what may follow FROM, until this is closed
     */
    String livingRows(Rows counted) {
        String rowId = counted.kept() > 0 ? ", l.row_id AS _row_id" : "";
        String select = "SELECT %s%s".formatted(BufferColumns.renamed(columns, "a", "c"), rowId);
        try (Statement statement = rows.connection().createStatement()) {
            return joinFits(statement, counted.living())
                    ? "(%s FROM %s c JOIN %s l ON c.rowid = l.seq)"
                            .formatted(select, rows.relation(), Sql.identifier(living))
                    : collected(statement, select);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static boolean joinFits(Statement statement, long rows) throws SQLException {
        try (ResultSet memory =
                statement.executeQuery("SELECT parse_formatted_bytes(current_setting('memory_limit'))")) {
            memory.next();
            return rows <= memory.getLong(1) / JOINED_SHARE / JOINED_BYTES;
        }
    }

    /**
     * DuckDB does not write the list of living rows that a join holds to the disk when a sort after it needs memory
     * too. Rows that were joined a piece at a time are a table like any other.
     */
    private String collected(Statement statement, String select) throws SQLException {
        statement.execute("CREATE OR REPLACE TABLE %s AS %s FROM %s c, %s l LIMIT 0"
                .formatted(collected, select, rows.relation(), Sql.identifier(living)));
        String piece =
                "INSERT INTO %1$s %2$s FROM (SELECT rowid, * FROM %3$s WHERE rowid BETWEEN %5$d AND %6$d) c JOIN (SELECT * FROM %4$s WHERE seq BETWEEN %5$d AND %6$d) l ON c.rowid = l.seq";
        long last = lastLiving(statement);
        for (long from = 0; from <= last; from += PIECE_ROWS) {
            statement.execute(piece.formatted(
                    collected, select, rows.relation(), Sql.identifier(living), from, from + PIECE_ROWS - 1));
        }
        return collected;
    }

    private long lastLiving(Statement statement) throws SQLException {
        try (ResultSet last = statement.executeQuery("SELECT max(seq) FROM " + Sql.identifier(living))) {
            last.next();
            return last.getLong(1);
        }
    }

    private FirnException failed(SQLException cause) {
        return DuckFailures.translate("folding " + rows.table(), cause);
    }

    @Override
    public void close() {
        try (Statement statement = rows.connection().createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + folded);
            statement.execute("DROP TABLE IF EXISTS " + Sql.identifier(living));
            statement.execute("DROP TABLE IF EXISTS " + collected);
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
