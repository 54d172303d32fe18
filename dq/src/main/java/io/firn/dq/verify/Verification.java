package io.firn.dq.verify;

import io.firn.workbench.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison of one table found.
 *
 * @param table the lake's table
 * @param source the table in PostgreSQL, with its schema
 * @param snapshotId the snapshot that was compared; null when the table has none, and so no rows
 * @param lake the digest of the lake's rows over the columns that both sides have
 * @param postgres the digest of PostgreSQL's rows over the same columns
 * @param columnsOnlyInSource columns that the lake lacks; they make the tables unequal
 * @param columnsOnlyInLake columns that PostgreSQL no longer has; they were not compared
 * @param differences differing rows, in the order of their keys, at most as many as were asked for
 * @param moreDifferences whether there are differing rows beyond these
 */
public record Verification(
        String table,
        String source,
        @Nullable Long snapshotId,
        Digest lake,
        Digest postgres,
        List<String> columnsOnlyInSource,
        List<String> columnsOnlyInLake,
        List<RowDifference> differences,
        boolean moreDifferences) {
    public Verification {
        columnsOnlyInSource = List.copyOf(columnsOnlyInSource);
        columnsOnlyInLake = List.copyOf(columnsOnlyInLake);
        differences = List.copyOf(differences);
    }

    /** Whether both sides hold the same rows. */
    public boolean equal() {
        return lake.equals(postgres) && columnsOnlyInSource.isEmpty();
    }
}
