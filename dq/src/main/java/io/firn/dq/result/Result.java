package io.firn.dq.result;

import io.firn.catalog.config.Severity;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one check of one table found.
 *
 * @param runId the same for all checks of a run
 * @param expectation its name in its table, such as {@code nulls.price}
 * @param kind the first part of the name, such as {@code nulls}
 * @param snapshotId null for a table without snapshots
 * @param cut the cut that the snapshot holds
 * @param day the business day that the snapshot belongs to
 * @param measured null when there was nothing to measure
 * @param threshold what {@code measured} may be at most, or at least where that is the rule; null when there is none
 * @param detail what was found, in one line
 * @param failing how many rows, keys or columns break the rule
 * @param sample some of them, column by column, sensitive columns masked
 * @param state what the next check of this expectation wants to know, as JSON; null for nothing
 * @param alerted whether somebody was told that it fails, and not yet that it holds again
 */
public record Result(
        String runId,
        String table,
        String expectation,
        String kind,
        Severity severity,
        @Nullable Long snapshotId,
        long cut,
        LocalDate day,
        Moment moment,
        Verdict verdict,
        @Nullable Double measured,
        @Nullable Double threshold,
        String detail,
        long failing,
        List<Map<String, String>> sample,
        Scope scope,
        @Nullable String state,
        Duration took,
        Instant checkedAt,
        boolean alerted) {
    public Result {
        sample = List.copyOf(sample);
    }

    /** Whether readers should not rely on the table. */
    public boolean isCriticalFailure() {
        return severity == Severity.CRITICAL && verdict.isBad();
    }

    /** Returns the same, and whether somebody has been told. */
    public Result withAlerted(boolean told) {
        return new Result(
                runId,
                table,
                expectation,
                kind,
                severity,
                snapshotId,
                cut,
                day,
                moment,
                verdict,
                measured,
                threshold,
                detail,
                failing,
                sample,
                scope,
                state,
                took,
                checkedAt,
                told);
    }
}
