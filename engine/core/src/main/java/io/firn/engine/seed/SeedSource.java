package io.firn.engine.seed;

import io.firn.catalog.Cut;
import io.firn.catalog.SourceTable;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where first rows come from, while others go on changing them.
 *
 * <p>Rows are read in parts, each as of its own moment. From before the first part until the end the source notes the
 * keys of all rows that change; at the end it gives these rows once more, all as of one exact moment, at which change
 * capture then goes on.
 */
public interface SeedSource extends AutoCloseable {
    /** @return a table's declaration */
    SourceTable table(String name);

    /**
     * Begins to note changes.
     *
     * @param keys the tables and the columns that identify their rows
     * @param earlier what is there of an earlier attempt
     * @return whether every change since that attempt began will be reported, so that what it has read can be kept
     */
    Noting watch(Map<String, List<String>> keys, Earlier earlier);

    /** Whether there are parts that were read before. */
    enum Earlier {
        NONE,
        PARTS
    }

    /** From when on changes are noted. */
    enum Noting {
        ANEW,
        SINCE_EARLIER
    }

    /**
     * Makes sure that change capture has not lost its place, for rows that are read again are of a moment which it has
     * to reach.
     *
     * @throws io.firn.catalog.FirnException when it never will, with the way out
     */
    void requireCapture();

    /** Reports what was noted, and forgets it when {@link Changes#keep} returns. May be called by any thread. */
    void collect(Changes changes);

    /** @return a new division of a table */
    SeedPlan plan(String table, String job);

    /** @return a reader, for one thread */
    PartReader reader();

    /**
     * Fixes the moment, and reports every change up to it.
     *
     * @param cutNumber the number of the cut that the moment is
     * @param tables the lake's names of the tables in that cut
     */
    Moment moment(long cutNumber, List<String> tables, Capture capture, Changes changes);

    /** What change capture does at the moment. */
    enum Capture {
        /** It begins there, where nobody else has begun it. */
        BEGINS,
        /** It has begun long ago and is left alone. */
        GOES_ON
    }

    /** Lets the source forget what it noted for this load. */
    void end();

    @Override
    void close();

    /** Is told of changes. */
    interface Changes {
        /** A row was inserted, changed or deleted. @param key the texts of the key's columns */
        void changed(String table, List<String> key);

        /** All rows were deleted. */
        void truncated(String table);

        /** Makes durable what was reported since the last call. */
        void keep();
    }

    /** Reads parts of tables. */
    interface PartReader extends AutoCloseable {
        /**
         * Reads the rows of a part as they are now.
         *
         * @throws TableChangedException when the table is no longer the one that was planned
         */
        void read(SourceTable table, SeedPlan plan, SeedPart part, RowSink sink) throws TableChangedException;

        @Override
        void close();
    }

    /** One exact moment of the source. */
    interface Moment extends AutoCloseable {
        /** @return the moment as a cut */
        Cut cut();

        /** Reads those rows that exist and have one of the keys. */
        void read(SourceTable table, List<String> keyColumns, Collection<List<String>> keys, RowSink sink);

        @Override
        void close();
    }

    /** Takes rows as they come. */
    interface RowSink {
        /** @param csv one record, in UTF-8, its line end included */
        void row(byte[] csv);

        /**
         * Takes a whole file of such records, and moves it away.
         *
         * @param longestRow an upper bound of the records' size in bytes
         */
        void file(Path csv, long rows, int longestRow);

        /** @return what a column's text becomes before it may be in a file; empty for a column that stays as it is */
        default Optional<UnaryOperator<@Nullable String>> guard(String column) {
            return Optional.empty();
        }
    }
}
