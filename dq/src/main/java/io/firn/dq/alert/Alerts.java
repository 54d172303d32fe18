package io.firn.dq.alert;

import io.firn.catalog.config.Severity;
import io.firn.dq.result.Result;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides what to tell of results: what begins to fail, and what was told of and holds again. What goes on failing is
 * not told again. Pure.
 *
 * @param failing results that nobody has been told of
 * @param recovered results of what somebody was told of
 */
public record Alerts(List<Result> failing, List<Result> recovered) {
    public Alerts {
        failing = List.copyOf(failing);
        recovered = List.copyOf(recovered);
    }

    /**
     * Decides.
     *
     * @param results with {@link Result#alerted()} as it was before
     * @param least results of less severity are not told of
     */
    public static Alerts of(List<Result> results, Severity least) {
        List<Result> failing = new ArrayList<>();
        List<Result> recovered = new ArrayList<>();
        for (Result result : results) {
            boolean counts = least == Severity.WARN || result.severity() == Severity.CRITICAL;
            if (counts && result.verdict().isBad() && !result.alerted()) {
                failing.add(result);
            } else if (!result.verdict().isBad() && result.alerted()) {
                recovered.add(result);
            }
        }
        return new Alerts(failing, recovered);
    }

    /** Whether there is nothing to tell. */
    public boolean isEmpty() {
        return failing.isEmpty() && recovered.isEmpty();
    }

    /** Returns results as they are once everything has been told. */
    public List<Result> told(List<Result> results) {
        return results.stream()
                .map(result -> failing.contains(result)
                        ? result.withAlerted(true)
                        : recovered.contains(result) ? result.withAlerted(false) : result)
                .toList();
    }
}
