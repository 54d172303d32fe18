package io.firn.dq.expect;

import io.firn.dq.result.Scope;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A decision with what it was made from.
 *
 * @param state what the next check wants to know, as JSON; null for nothing
 */
record Finding(
        Decision decision,
        List<Map<String, String>> sample,
        Scope scope,
        @Nullable String state) {
    Finding {
        sample = List.copyOf(sample);
    }

    static Finding of(Decision decision) {
        return new Finding(decision, List.of(), Scope.FULL, null);
    }

    static Finding of(Decision decision, List<Map<String, String>> sample) {
        return new Finding(decision, sample, Scope.FULL, null);
    }
}
