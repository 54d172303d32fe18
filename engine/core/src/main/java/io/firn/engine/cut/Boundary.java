package io.firn.engine.cut;

import io.firn.engine.source.ChangeSource.Partition;
import java.util.List;
import java.util.Map;

/**
 * Where a cut ends.
 *
 * @param next for each partition the offset of the first record that is not in the cut
 * @param commitLsn the last commit in the cut; that of the cut before when it has no transaction
 * @param committedMicros the latest source commit time in the cut, in microseconds since the epoch
 * @param closes the days, as ISO dates or as the marker names them, that end with this cut
 * @param transactions how many transactions the cut holds
 */
public record Boundary(
        Map<Partition, Long> next, long commitLsn, long committedMicros, List<String> closes, long transactions) {
    public Boundary {
        next = Map.copyOf(next);
        closes = List.copyOf(closes);
    }
}
