package io.firn.compactor.prove;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether new files hold what the old ones held, less what was deleted.
 *
 * @param rows of the old files, by the table's metadata
 * @param deletedRows marked in them when they were read
 * @param writtenRows of the new files, by their metadata
 * @param before what was to be written
 * @param after what the new files hold, read back
 */
public record Proof(long rows, long deletedRows, long writtenRows, Fingerprint before, Fingerprint after) {
    /** Returns what does not hold, in words; empty when all does. */
    public List<String> failures() {
        List<String> failures = new ArrayList<>();
        check(failures, "rows less deleted rows", rows - deletedRows, before.rows());
        check(failures, "rows by metadata", before.rows(), writtenRows);
        check(failures, "rows", before.rows(), after.rows());
        before.nulls()
                .forEach((column, nulls) -> check(
                        failures, "nulls of " + column, nulls, after.nulls().get(column)));
        check(failures, "content digest", before.content(), after.content());
        check(failures, "lineage digest", before.lineage(), after.lineage());
        return failures;
    }

    private static void check(List<String> failures, String what, Object before, @Nullable Object after) {
        if (!before.equals(after)) {
            failures.add("%s: %s before, %s after".formatted(what, before, after));
        }
    }
}
