package io.firn.cli.service;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rolling comparison knows of a table.
 *
 * @param comparedAt when a part was compared last
 * @param partsLeft parts of the present round that are still to be compared
 * @param coveredAt when a round last ended, with every part compared; null before the first end since the start
 * @param findings what differed in this round and in the one before; empty when everything was equal
 */
public record VerifyState(
        Instant comparedAt, int partsLeft, @Nullable Instant coveredAt, List<String> findings) {
    public VerifyState {
        findings = List.copyOf(findings);
    }

    /** Whether nothing is known to differ. */
    public boolean isEqual() {
        return findings.isEmpty();
    }
}
