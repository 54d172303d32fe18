package io.firn.cli.service;

import io.firn.catalog.SourcePosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;

/**
 * How long what is in the source has been waiting to be in the lake: ends of the source with the times at which they
 * were seen, and of these the first that the lake has not reached. Needs no clock of the source.
 */
final class Backlog {
    private final Deque<Seen> ends = new ArrayDeque<>();

    private record Seen(Instant at, SourcePosition end) {}

    /** The source ended here at this time. */
    void saw(Instant now, SourcePosition end) {
        if (ends.isEmpty() || !ends.getLast().end().equals(end)) {
            ends.addLast(new Seen(now, end));
        }
    }

    /** @return since when something waits; zero when the lake has reached every end that was seen */
    Duration waiting(Instant now, Predicate<SourcePosition> reached) {
        while (!ends.isEmpty() && reached.test(ends.getFirst().end())) {
            ends.removeFirst();
        }
        if (ends.isEmpty()) {
            return Duration.ZERO;
        }
        Duration waiting = Duration.between(ends.getFirst().at(), now);
        return waiting.isNegative() ? Duration.ZERO : waiting;
    }
}
