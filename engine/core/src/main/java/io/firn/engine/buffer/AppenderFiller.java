package io.firn.engine.buffer;

import io.firn.engine.decode.ChangeRow;
import io.firn.engine.decode.TableCodec;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Appends value by value, which every type allows. */
final class AppenderFiller implements Filler {
    private final DuckDBConnection connection;
    private final TableCodec codec;
    private final Supplier<String> table;
    /** Opened by the first change: DuckDB allows an appender only to the thread that made it. */
    private @Nullable DuckDBAppender appender;

    /** @param table the name of the table to fill now */
    AppenderFiller(DuckDBConnection connection, TableCodec codec, Supplier<String> table) {
        this.connection = connection;
        this.codec = codec;
        this.table = table;
    }

    private DuckDBAppender appender() throws SQLException {
        DuckDBAppender open = appender;
        if (open == null) {
            open = connection.createAppender(table.get());
            appender = open;
        }
        return open;
    }

    @Override
    public void add(ChangeRow change, int partition, long offset) throws SQLException {
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
            row.append(codec.unavailable(change));
        }
        row.append(partition).append(offset).endRow();
    }

    private static void appendPositive(DuckDBAppender row, long value) throws SQLException {
        if (value < 0) {
            row.appendNull();
        } else {
            row.append(value);
        }
    }

    @Override
    public void flush() throws SQLException {
        if (appender != null) {
            appender.close();
            appender = null;
        }
    }

    @Override
    public void close() throws SQLException {
        flush();
    }
}
