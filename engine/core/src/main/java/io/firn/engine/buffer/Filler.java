package io.firn.engine.buffer;

import io.firn.engine.decode.ChangeRow;
import java.sql.SQLException;

/** Brings changes into one DuckDB table after another. */
interface Filler extends AutoCloseable {
    void add(ChangeRow change, int partition, long offset) throws SQLException;

    /** Makes everything that was added part of the table. */
    void flush() throws SQLException;

    /** Lets go of what is not in the table yet. */
    @Override
    void close() throws SQLException;
}
