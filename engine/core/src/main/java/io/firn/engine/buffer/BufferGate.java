package io.firn.engine.buffer;

import java.sql.SQLException;
import org.duckdb.DuckDBConnection;

/** What changes pass before they are in a buffer. They wait before it in a table of their own. */
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
        public long look(DuckDBConnection connection, String waiting) {
            return 0;
        }
    };

    /** @return whether any change has to wait */
    boolean isShut();

    /** @return whether so many wait that they are to be looked at now */
    boolean isDue();

    /**
     * Looks at the changes that wait, all that came since the last call in their order, and takes those out of the
     * table that are not to go on.
     *
     * @param waiting the name of the table they wait in, which has the columns of {@link BufferColumns}; not quoted
     * @return how many were taken out
     */
    long look(DuckDBConnection connection, String waiting) throws SQLException;
}
