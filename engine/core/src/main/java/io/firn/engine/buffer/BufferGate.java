package io.firn.engine.buffer;

import java.sql.SQLException;
import org.duckdb.DuckDBConnection;

/** What changes pass on their way into a buffer. */
public interface BufferGate {
    /** Lets everything pass. */
    BufferGate OPEN = new BufferGate() {
        @Override
        public boolean isShut() {
            return false;
        }

        @Override
        public boolean isDue() {
            return false;
        }

        @Override
        public long look(DuckDBConnection connection, String table) {
            return 0;
        }
    };

    /** @return whether any change has to wait */
    boolean isShut();

    /** @return whether so many wait that they are to be looked at now */
    boolean isDue();

    /**
     * Looks at the changes that came since the last call, in their order, which are the last rows of a table, and takes
     * those out that are not to go on.
     *
     * @param table its name, not quoted; it has the columns of {@link BufferColumns}
     * @return how many were taken out
     */
    long look(DuckDBConnection connection, String table) throws SQLException;
}
