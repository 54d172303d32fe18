package io.firn.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.SourcePosition;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final Backlog backlog = new Backlog();

    @Test
    void nothingWaitsWhereEverythingIsReached() {
        backlog.saw(NOON, end(7));

        assertThat(backlog.waiting(NOON.plusSeconds(60), reached(7))).isEqualTo(Duration.ZERO);
    }

    @Test
    void waitingCountsFromTheFirstEndThatIsNotReached() {
        backlog.saw(NOON, end(7));
        backlog.saw(NOON.plusSeconds(10), end(9));

        assertThat(backlog.waiting(NOON.plusSeconds(60), reached(6))).isEqualTo(Duration.ofSeconds(60));
        assertThat(backlog.waiting(NOON.plusSeconds(61), reached(8))).isEqualTo(Duration.ofSeconds(51));
        assertThat(backlog.waiting(NOON.plusSeconds(62), reached(9))).isEqualTo(Duration.ZERO);
    }

    @Test
    void aQuietSourceWaitsForNothing() {
        backlog.saw(NOON, end(7));
        assertThat(backlog.waiting(NOON, reached(7))).isEqualTo(Duration.ZERO);
        backlog.saw(NOON.plusSeconds(3600), end(7));

        assertThat(backlog.waiting(NOON.plusSeconds(3600), reached(7))).isEqualTo(Duration.ZERO);
    }

    @Test
    void aClockThatWasSetBackIsNoNegativeLag() {
        backlog.saw(NOON, end(7));

        assertThat(backlog.waiting(NOON.minusSeconds(5), reached(0))).isEqualTo(Duration.ZERO);
    }

    private static SourcePosition end(long offset) {
        return new SourcePosition(Map.of("product/0", Long.toString(offset)));
    }

    private static Predicate<SourcePosition> reached(long offset) {
        return end -> Long.parseLong(end.tokens().get("product/0")) <= offset;
    }
}
