package io.firn.cli.init;

import io.firn.catalog.SourceTable;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a table in PostgreSQL.
 *
 * @param name the name it will have in the lake
 * @param rows about how many it has; negative when PostgreSQL has not counted
 * @param bytes what its rows take in PostgreSQL, without indexes
 * @param keyCandidate the columns of a unique index without nulls, where there is no primary key; empty when there is
 *     none
 * @param partitions the partitions that hold the rows, with their schemas; empty for a table that has them itself
 * @param written the timestamp column in whose order rows were written, by PostgreSQL's statistics
 */
record TableFacts(
        String name,
        SourceTable source,
        long rows,
        long bytes,
        List<String> keyCandidate,
        List<String> partitions,
        Optional<String> written) {
    TableFacts {
        keyCandidate = List.copyOf(keyCandidate);
        partitions = List.copyOf(partitions);
    }

    /** The columns that identify a row; empty when nothing in the schema says so. */
    List<String> key() {
        return source.key().isEmpty() ? keyCandidate : source.key();
    }
}
