package io.firn.dq.expect;

import io.firn.dq.result.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What a measurement comes to.
 *
 * @param measured null when there was nothing to measure
 * @param threshold null when there is none
 * @param detail what was found, in one line
 * @param failing how many rows, keys or columns break the rule
 */
record Decision(
        Verdict verdict,
        @Nullable Double measured,
        @Nullable Double threshold,
        String detail,
        long failing) {
    static Decision unknown(String why) {
        return new Decision(Verdict.UNKNOWN, null, null, why, 0);
    }

    static Decision error(String why) {
        return new Decision(Verdict.ERROR, null, null, why, 0);
    }

    static Decision of(double measured, double threshold, String detail, long failing) {
        Verdict verdict = measured <= threshold ? Verdict.HELD : Verdict.FAILED;
        return new Decision(verdict, measured, threshold, detail, failing);
    }
}
