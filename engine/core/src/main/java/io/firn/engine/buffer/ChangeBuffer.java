package io.firn.engine.buffer;

import io.firn.catalog.FirnException;
import io.firn.engine.decode.ChangeRow;
import io.firn.engine.decode.TableCodec;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.workbench.ParquetColumns;
import io.firn.workbench.Sql;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * One table's changes since the last cut, in arrival order, in a DuckDB table. DuckDB keeps it within the memory limit
 * and spills the rest, so that a cut may be larger than memory.
 */
public final class ChangeBuffer implements AutoCloseable {
    private final DuckDBConnection connection;
    private final String name;
    private TableCodec codec;
    private String table;
    /** Opened by the first change: DuckDB allows an appender only to the thread that made it. */
    private @Nullable DuckDBAppender appender;

    private long generation;
    private long rows;
    private long incomplete;

    /** @param name tells this buffer's DuckDB tables from others in the same database */
    public ChangeBuffer(DuckDBConnection connection, String name, TableCodec codec) {
        this.connection = connection;
        this.name = name;
        this.codec = codec;
        this.table = create();
    }

    /** A writer that failed may have left a table of this name. */
    private String create() {
        String fresh = "buffer:" + name + ":" + ++generation;
        execute("CREATE OR REPLACE TABLE %s (%s)"
                .formatted(Sql.identifier(fresh), BufferColumns.declaration(codec.columns())));
        return fresh;
    }

    private DuckDBAppender appender() throws SQLException {
        DuckDBAppender open = appender;
        if (open == null) {
            open = connection.createAppender(table);
            appender = open;
        }
        return open;
    }

    private void closeAppender() throws SQLException {
        if (appender != null) {
            appender.close();
            appender = null;
        }
    }

    /** Adds a change. */
    public void add(ChangeRow change, int partition, long offset) {
        try {
            DuckDBAppender row = appender();
            row.beginRow();
            codec.append(row, change);
            row.append(change.operationName()).append(change.lsn());
            appendPositive(row, change.transaction());
            appendPositive(row, change.transactionOrder());
            row.appendEpochMicros(change.sourceMicros()).append(change.hasBefore());
            if (change.after().unavailable() == 0) {
                row.appendNull();
            } else {
                incomplete++;
                row.append(codec.unavailable(change));
            }
            row.append(partition).append(offset).endRow();
            rows++;
        } catch (SQLException e) {
            throw failed("filled", e);
        }
    }

    private static void appendPositive(DuckDBAppender row, long value) throws SQLException {
        if (value < 0) {
            row.appendNull();
        } else {
            row.append(value);
        }
    }

    /** Goes on with other columns, new ones at the end; what is in the buffer is older than they are. */
    public void use(TableCodec newCodec) {
        try {
            closeAppender();
            String old = table;
            int known = codec.columns().size();
            codec = newCodec;
            table = create();
            execute("INSERT INTO %s BY NAME SELECT *%s FROM %s ORDER BY rowid"
                    .formatted(Sql.identifier(table), earlier(known), Sql.identifier(old)));
            execute("DROP TABLE " + Sql.identifier(old));
        } catch (SQLException e) {
            throw failed("altered", e);
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
            closeAppender();
            String taken = table;
            table = create();
            long left = keep(taken, staying(topic, next));
            long count = rows - left;
            rows = left;
            CutRows cut = new CutRows(reader, taken, count, incomplete);
            incomplete = left == 0 ? 0 : incomplete;
            return cut;
        } catch (SQLException e) {
            throw failed("cut", e);
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
            long left = statement.executeUpdate(
                    "INSERT INTO %s SELECT * FROM %s ORDER BY rowid".formatted(Sql.identifier(table), from));
            if (left > 0) {
                statement.executeUpdate("DELETE FROM " + from);
            }
            return left;
        }
    }

    private void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed("made", e);
        }
    }

    private FirnException failed(String verb, SQLException cause) {
        return FirnException.internal("the buffer of %s could not be %s".formatted(name, verb), cause);
    }

    @Override
    public void close() {
        try {
            closeAppender();
        } catch (SQLException e) {
            throw failed("closed", e);
        }
        execute("DROP TABLE IF EXISTS " + Sql.identifier(table));
    }
}
