package io.firn.engine.buffer;

import io.firn.engine.decode.ChangeBatch;
import io.firn.engine.decode.ChangeRow;
import io.firn.workbench.Sql;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionBuilder;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;

/** Collects changes by column and hands them to DuckDB in batches, through a table function that reads the batch. */
final class BatchFiller implements Filler {
    private static final int MAX_ROWS = 32_768;
    private static final AtomicLong FUNCTIONS = new AtomicLong();

    private final DuckDBConnection connection;
    private final ChangeBatch batch;
    private final Supplier<String> table;
    private final long maxBytes;
    private final String function;

    /**
     * @param table the name of the table to fill now
     * @param maxBytes roughly the memory that changes may take before they are handed over
     */
    BatchFiller(DuckDBConnection connection, ChangeBatch batch, Supplier<String> table, long maxBytes)
            throws SQLException {
        this.connection = connection;
        this.batch = batch;
        this.table = table;
        this.maxBytes = maxBytes;
        this.function = "firn_changes_" + FUNCTIONS.incrementAndGet();
        try (DuckDBTableFunctionBuilder builder = DuckDBFunctions.tableFunction()) {
            builder.withName(function).withFunction(new Reading(batch)).register(connection);
        }
    }

    @Override
    public void add(ChangeRow change, int partition, long offset) throws SQLException {
        batch.add(change, partition, offset);
        if (batch.rows() == MAX_ROWS || batch.bytes() >= maxBytes) {
            flush();
        }
    }

    @Override
    public void flush() throws SQLException {
        if (batch.rows() == 0) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO %s SELECT %s FROM %s()"
                    .formatted(Sql.identifier(table.get()), batch.select(), function));
        }
        batch.clear();
    }

    /** DuckDB keeps the function as long as it is open, so the room that changes took is given back here. */
    @Override
    public void close() {
        batch.free();
    }

    /** Reads the batch from its beginning, on one thread, so that changes stay in their order. */
    private record Reading(ChangeBatch batch) implements DuckDBTableFunction<Object, int[], Object> {
        @Override
        public Object bind(DuckDBTableFunctionBindInfo info) {
            int number = 0;
            for (DuckDBColumnType type : batch.types()) {
                info.addResultColumn("c" + number++, type);
            }
            return batch;
        }

        @Override
        public int[] init(DuckDBTableFunctionInitInfo info) {
            info.setMaxThreads(1);
            return new int[1];
        }

        @Override
        public long apply(DuckDBTableFunctionCallInfo info, DuckDBDataChunkWriter out) {
            int[] next = info.getInitData();
            int written = batch.write(out, next[0]);
            next[0] += written;
            return written;
        }
    }
}
