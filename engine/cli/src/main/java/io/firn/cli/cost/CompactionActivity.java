package io.firn.cli.cost;

import io.firn.compactor.journal.RunRecord;
import io.firn.snapshot.cost.TableActivity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How much a table is compacted, from the runs that are recorded.
 *
 * @param took all runs together
 * @param bytesRewritten size of the files that were replaced
 * @param over how long the runs that were looked at go back
 */
public record CompactionActivity(Duration took, long bytesRewritten, Duration over) {
    /**
     * Of the last days, or of fewer where the runs that are kept do not reach as far back.
     *
     * @param runs that are recorded, the oldest first
     * @param history whether older runs were forgotten; then there is at least one
     */
    static CompactionActivity of(List<RunRecord> runs, Instant now, Duration last, History history) {
        Instant from = now.minus(last);
        if (history == History.CUT_OFF && runs.get(0).started().isAfter(from)) {
            from = runs.get(0).started();
        }
        Instant first = from;
        List<RunRecord> since =
                runs.stream().filter(run -> !run.started().isBefore(first)).toList();
        return new CompactionActivity(
                since.stream().map(RunRecord::took).reduce(Duration.ZERO, Duration::plus),
                since.stream().mapToLong(RunRecord::bytesBefore).sum(),
                Duration.between(first, now));
    }

    /** Whether all runs are recorded. */
    enum History {
        WHOLE,
        /** Older runs were forgotten. */
        CUT_OFF
    }

    private double months() {
        return (double) over.toMillis() / TableActivity.MONTH.toMillis();
    }

    /** Hours of runs a month, when it goes on like this. */
    public double hoursAMonth() {
        return over.isZero() ? 0 : took.toMillis() / 3_600_000.0 / months();
    }

    /** Bytes a month, when it goes on like this. */
    public double bytesAMonth() {
        return over.isZero() ? 0 : bytesRewritten / months();
    }
}
