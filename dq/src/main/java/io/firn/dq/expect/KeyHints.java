package io.firn.dq.expect;

import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.duckdb.DuckDBConnection;

/** Knows where rows are by their key, without reading tables. It need not know every row, nor be up to date. */
public interface KeyHints {
    /** Knows nothing. */
    KeyHints NONE = table -> Optional.empty();

    /**
     * Looks at a table's snapshot.
     *
     * @return empty when nothing is known of the table
     */
    Optional<Known> of(CheckedTable table);

    /** What is known of one snapshot. */
    interface Known extends AutoCloseable {
        /**
         * Finds keys that a live row of the snapshot has for certain. Of other keys nothing is said: they may be there.
         *
         * @param keys a relation with the columns of the key under their names, none of them null
         * @param id its column that tells rows apart
         * @param found is told the id of each key that is there
         */
        void find(DuckDBConnection connection, String keys, String id, LongConsumer found);

        /** Returns the locations of data files whose rows it has seen; what it does not find is rather in others. */
        Set<String> seen();

        @Override
        void close();
    }
}
