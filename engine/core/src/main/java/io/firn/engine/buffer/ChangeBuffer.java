package io.firn.engine.buffer;

import io.firn.catalog.FirnException;
import io.firn.engine.decode.ChangeBatch;
import io.firn.engine.decode.ChangeRow;
import io.firn.engine.decode.TableCodec;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.ParquetColumns;
import io.firn.workbench.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;

/**
 * One table's changes since the last cut, in arrival order, in a DuckDB table. DuckDB keeps it within the memory limit
 * and spills the rest, so that a cut may be larger than memory.
 */
public final class ChangeBuffer implements AutoCloseable {
    private final DuckDBConnection connection;
    private final String name;
    private final long batchBytes;
    private final BufferGate gate;
    private final BufferTransaction transaction;
    private TableCodec codec;
    private Filler filler;
    private String table;
    private long generation;
    private long rows;
    private long incomplete;
    private long unsettled;

    /**
     * @param name tells this buffer's DuckDB tables from others in the same database
     * @param batchBytes roughly the memory that changes may take beside DuckDB's
     * @param gate what changes pass before they are in it
     */
    public ChangeBuffer(DuckDBConnection connection, String name, TableCodec codec, long batchBytes, BufferGate gate) {
        this.connection = connection;
        this.name = name;
        this.codec = codec;
        this.batchBytes = batchBytes;
        this.gate = gate;
        this.transaction = new BufferTransaction(connection);
        this.table = create();
        this.filler = filler();
    }

    /** A writer that failed may have left a table of this name. */
    private String create() {
        String fresh = "buffer:" + name + ":" + ++generation;
        execute("CREATE OR REPLACE TABLE %s (%s)"
                .formatted(Sql.identifier(fresh), BufferColumns.declaration(codec.columns())));
        return fresh;
    }

    private Filler filler() {
        Optional<ChangeBatch> batch = ChangeBatch.of(codec);
        try {
            return batch.isPresent()
                    ? new BatchFiller(connection, batch.get(), () -> table, batchBytes)
                    : new AppenderFiller(connection, codec, () -> table);
        } catch (SQLException e) {
            throw failed("making", e);
        }
    }

    /** Adds a change. */
    public void add(ChangeRow change, int partition, long offset) {
        try {
            transaction.add();
            filler.add(change, partition, offset);
            rows++;
            incomplete += change.after().unavailable() == 0 ? 0 : 1;
            unsettled += gate.isShut() ? 1 : 0;
            if (unsettled > 0 && gate.isDue()) {
                settle();
            }
            if (unsettled == 0 && transaction.isFull()) {
                show();
            }
        } catch (SQLException e) {
            throw failed("filling", e);
        }
    }

    /** Hands every change over that was added, and takes those out again that the gate does not let pass. */
    private void settle() throws SQLException {
        filler.flush();
        if (unsettled > 0) {
            rows -= gate.look(connection, table);
            unsettled = 0;
        }
    }

    /** Settles, so that every connection sees what is in the buffer. */
    private void show() throws SQLException {
        settle();
        transaction.commit();
    }

    /** Goes on with other columns, new ones at the end; what is in the buffer is older than they are. */
    public void use(TableCodec newCodec) {
        try {
            show();
            filler.close();
            String old = table;
            int known = codec.columns().size();
            codec = newCodec;
            table = create();
            execute("INSERT INTO %s BY NAME SELECT *%s FROM %s ORDER BY rowid"
                    .formatted(Sql.identifier(table), earlier(known), Sql.identifier(old)));
            execute("DROP TABLE " + Sql.identifier(old));
            filler = filler();
        } catch (SQLException e) {
            throw failed("altering", e);
        }
    }

    /** What the columns from a slot on are in older rows, where that is not null. */
    private String earlier(int from) {
        StringBuilder more = new StringBuilder();
        for (int slot = from; slot < codec.columns().size(); slot++) {
            NestedField column = codec.columns().get(slot);
            if (column.initialDefaultLiteral() != null) {
                String value = ParquetColumns.earlier(column);
                more.append(", CASE WHEN op NOT IN ('d', 't') THEN %s END AS %s"
                        .formatted(value, BufferColumns.after(slot)));
                more.append(", CASE WHEN has_before THEN %s END AS %s".formatted(value, BufferColumns.before(slot)));
            }
        }
        return more.toString();
    }

    /** @return how many changes are in the buffer */
    public long rows() {
        return rows;
    }

    /**
     * Takes the changes before {@code next} out of the buffer.
     *
     * @param topic the table's topic
     * @param next for each partition the first offset that stays
     * @param reader the connection that the rows will be read with, possibly by another thread
     */
    public CutRows take(String topic, Map<Partition, Long> next, DuckDBConnection reader) {
        try {
            show();
            String taken = table;
            table = create();
            long left = keep(taken, staying(topic, next));
            long count = rows - left;
            rows = left;
            CutRows cut = new CutRows(reader, taken, count, incomplete);
            incomplete = left == 0 ? 0 : incomplete;
            return cut;
        } catch (SQLException e) {
            throw failed("cutting", e);
        }
    }

    private static String staying(String topic, Map<Partition, Long> next) {
        String cases = next.entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(topic))
                .map(entry -> " WHEN %d THEN %d".formatted(entry.getKey().number(), entry.getValue()))
                .collect(Collectors.joining());
        return cases.isEmpty() ? "true" : "off >= CASE part" + cases + " ELSE 0 END";
    }

    private long keep(String taken, String condition) throws SQLException {
        String from = Sql.identifier(taken) + " WHERE " + condition;
        try (Statement statement = connection.createStatement()) {
            if (isEmpty(statement, from)) {
                return 0;
            }
            long left = statement.executeUpdate(
                    "INSERT INTO %s SELECT * FROM %s ORDER BY rowid".formatted(Sql.identifier(table), from));
            statement.executeUpdate("DELETE FROM " + from);
            return left;
        }
    }

    /** Asked first, for it reads no values: those of wide rows may be more than fits into memory at a time. */
    private static boolean isEmpty(Statement statement, String from) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT count(*) FROM " + from)) {
            row.next();
            return row.getLong(1) == 0;
        }
    }

    private void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed("making", e);
        }
    }

    private FirnException failed(String doing, SQLException cause) {
        return DuckFailures.translate("%s the buffer of %s".formatted(doing, name), cause);
    }

    @Override
    public void close() {
        try {
            transaction.abandon();
            filler.close();
        } catch (SQLException e) {
            throw failed("closing", e);
        }
        execute("DROP TABLE IF EXISTS " + Sql.identifier(table));
    }
}
