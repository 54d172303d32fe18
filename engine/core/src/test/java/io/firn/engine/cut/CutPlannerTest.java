package io.firn.engine.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.config.SourceClock;
import io.firn.engine.source.ChangeSource.Partition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CutPlannerTest {
    private static final Partition ITEM = new Partition("t.public.item", 0);
    private static final Partition STOCK = new Partition("t.public.stock", 0);
    private static final Partition ENDS = new Partition("t.transaction", 0);
    private static final Partition MESSAGES = new Partition("t.message", 0);
    private static final long NOON = micros("2026-11-20T12:00:00Z");

    private final CutPlanner planner = new CutPlanner(table -> true, DayClose.atMarkers(), 0, null);

    private static long micros(String instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
    }

    private static final Clock SATURDAY = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

    private static DayClose midnight(String zone) {
        return DayClose.atMidnight(ZoneId.of(zone), SourceClock.STOP_AT_A_DAY, SATURDAY);
    }

    private static TransactionEnd end(long transaction, long commitLsn, long micros, Map<String, Long> events) {
        return new TransactionEnd(transaction, commitLsn, micros, events, 0);
    }

    @Test
    void aTransactionIsInTheCutOnlyWithAllItsEvents() {
        planner.event(ITEM, 0, 7);
        planner.ended(ENDS, 0, end(7, 100, NOON, Map.of("public.item", 1L, "public.stock", 1L)));
        assertThat(planner.canClose()).isFalse();
        planner.event(STOCK, 0, 7);
        assertThat(planner.canClose()).isTrue();
        assertThat(planner.close())
                .isEqualTo(new Boundary(Map.of(ITEM, 1L, STOCK, 1L, ENDS, 1L), 100, NOON, List.of(), 1));
    }

    @Test
    void aTransactionThatIsNotCompleteHoldsBackThoseAfterIt() {
        planner.event(ITEM, 0, 7);
        planner.event(ITEM, 1, 8);
        planner.ended(ENDS, 0, end(7, 100, NOON, Map.of("public.item", 1L, "public.stock", 1L)));
        planner.ended(ENDS, 1, end(8, 200, NOON, Map.of("public.item", 1L)));
        Boundary boundary = planner.close();
        assertThat(boundary.transactions()).isZero();
        assertThat(boundary.next()).isEqualTo(Map.of(ITEM, 0L, ENDS, 0L));
        planner.event(STOCK, 0, 7);
        assertThat(planner.close().next()).isEqualTo(Map.of(ITEM, 2L, STOCK, 1L, ENDS, 2L));
    }

    @Test
    void eventsOfATransactionThatHasNotEndedStay() {
        planner.event(ITEM, 0, 7);
        planner.ended(ENDS, 0, end(7, 100, NOON, Map.of("public.item", 1L)));
        planner.event(ITEM, 1, 8);
        assertThat(planner.close().next()).isEqualTo(Map.of(ITEM, 1L, ENDS, 1L));
    }

    @Test
    void eventsOfTablesThatAreNotReadAreNotWaitedFor() {
        CutPlanner onlyItem = new CutPlanner("public.item"::equals, DayClose.atMarkers(), 0, null);
        onlyItem.event(ITEM, 0, 7);
        onlyItem.ended(ENDS, 0, end(7, 100, NOON, Map.of("public.item", 1L, "public.other", 5L)));
        assertThat(onlyItem.close().transactions()).isEqualTo(1);
    }

    @Test
    void theEndOfATransactionThatIsInACutAlreadyIsIgnored() {
        planner.event(ITEM, 0, 7);
        planner.ended(ENDS, 0, end(7, 100, NOON, Map.of("public.item", 1L)));
        planner.close();
        planner.ended(ENDS, 1, end(7, 100, NOON, Map.of("public.item", 1L)));
        assertThat(planner.openTransactions()).isZero();
        assertThat(planner.canClose()).isFalse();
    }

    @Test
    void aMarkerEndsTheCutWithItsTransaction() {
        planner.message(MESSAGES, 0, 7, "2026-11-20");
        planner.event(ITEM, 0, 8);
        planner.ended(ENDS, 0, new TransactionEnd(7, 100, NOON, Map.of(), 1));
        planner.ended(ENDS, 1, end(8, 200, NOON, Map.of("public.item", 1L)));
        assertThat(planner.dayIsOver()).isTrue();
        Boundary first = planner.close();
        assertThat(first.closes()).containsExactly("2026-11-20");
        assertThat(first.next()).isEqualTo(Map.of(MESSAGES, 1L, ITEM, 0L, ENDS, 1L));
        assertThat(planner.dayIsOver()).isFalse();
        assertThat(planner.close().closes()).isEmpty();
    }

    @Test
    void theMarkerIsWaitedForEvenWhenItsEndComesFirst() {
        planner.ended(ENDS, 0, new TransactionEnd(7, 100, NOON, Map.of(), 1));
        assertThat(planner.canClose()).isFalse();
        planner.message(MESSAGES, 0, 7, "2026-11-20");
        assertThat(planner.close().closes()).containsExactly("2026-11-20");
    }

    @Test
    void noCutStraddlesMidnightOfTheZone() {
        CutPlanner berlin = new CutPlanner(table -> true, midnight("Europe/Berlin"), 0, null);
        long before = micros("2026-11-20T22:59:59Z");
        long after = micros("2026-11-20T23:00:00Z");
        berlin.event(ITEM, 0, 7);
        berlin.ended(ENDS, 0, end(7, 100, before, Map.of("public.item", 1L)));
        berlin.event(ITEM, 1, 8);
        berlin.ended(ENDS, 1, end(8, 200, after, Map.of("public.item", 1L)));
        assertThat(berlin.dayIsOver()).isTrue();
        Boundary day = berlin.close();
        assertThat(day.closes()).containsExactly("2026-11-20");
        assertThat(day.committedMicros()).isEqualTo(before);
        assertThat(day.next()).containsEntry(ITEM, 1L);
        assertThat(berlin.close().next()).containsEntry(ITEM, 2L);
    }

    @Test
    void daysWithoutATransactionEndWithTheOneBeforeThem() {
        CutPlanner utc = new CutPlanner(table -> true, midnight("UTC"), 50, micros("2026-11-18T10:00:00Z"));
        utc.event(ITEM, 0, 7);
        utc.ended(ENDS, 0, end(7, 100, NOON, Map.of("public.item", 1L)));
        assertThat(utc.close().closes()).containsExactly("2026-11-18", "2026-11-19");
    }

    @Test
    void aDayIsTwentyFiveHoursLongWhenSummerTimeEnds() {
        CutPlanner berlin = new CutPlanner(table -> true, midnight("Europe/Berlin"), 0, micros("2026-10-24T22:00:00Z"));
        berlin.event(ITEM, 0, 7);
        berlin.ended(ENDS, 0, end(7, 100, micros("2026-10-25T22:59:59Z"), Map.of("public.item", 1L)));
        assertThat(berlin.dayIsOver()).isFalse();
        berlin.event(ITEM, 1, 8);
        berlin.ended(ENDS, 1, end(8, 200, micros("2026-10-25T23:00:00Z"), Map.of("public.item", 1L)));
        assertThat(berlin.close().closes()).containsExactly("2026-10-25");
    }

    @Test
    void aDayIsTwentyThreeHoursLongWhenSummerTimeBegins() {
        CutPlanner berlin = new CutPlanner(table -> true, midnight("Europe/Berlin"), 0, micros("2026-03-28T23:00:00Z"));
        berlin.event(ITEM, 0, 7);
        berlin.ended(ENDS, 0, end(7, 100, micros("2026-03-29T21:59:59Z"), Map.of("public.item", 1L)));
        assertThat(berlin.dayIsOver()).isFalse();
        berlin.event(ITEM, 1, 8);
        berlin.ended(ENDS, 1, end(8, 200, micros("2026-03-29T22:00:00Z"), Map.of("public.item", 1L)));
        assertThat(berlin.close().closes()).containsExactly("2026-03-29");
    }

    @Test
    void changesOutsideTransactionsAreCompleteAsTheyAre() {
        planner.single(ITEM, 0, NOON);
        planner.single(ITEM, 1, NOON + 1);
        assertThat(planner.canClose()).isTrue();
        assertThat(planner.close().next()).isEqualTo(Map.of(ITEM, 2L));
        assertThat(planner.canClose()).isFalse();
    }

    @Test
    void aClockThatJumpsAheadStopsTheWriterBeforeItEndsADay() {
        CutPlanner utc = new CutPlanner(table -> true, midnight("UTC"), 0, micros("2026-11-21T11:00:00Z"));
        utc.event(ITEM, 0, 7);
        utc.ended(ENDS, 0, end(7, 100, micros("2026-11-22T11:59:00Z"), Map.of("public.item", 1L)));
        assertThat(utc.close().closes()).containsExactly("2026-11-21");
        utc.event(ITEM, 1, 8);
        assertThatThrownBy(() ->
                        utc.ended(ENDS, 1, end(8, 200, micros("2036-01-01T00:00:00Z"), Map.of("public.item", 1L))))
                .hasMessage("the source committed a change at 2036-01-01T00:00:00Z by its clock, which is more than"
                        + " snapshots.max-ahead (PT24H) after 2026-11-21T12:00:00Z by this machine's; no day was ended."
                        + " Put right whichever clock is wrong; if it was the source's, set snapshots.when-ahead to"
                        + " own-clock to go on");
        assertThatThrownBy(() -> utc.single(STOCK, 0, micros("2036-01-01T00:00:00Z")))
                .hasMessageStartingWith("the source committed a change at 2036-01-01T00:00:00Z");
    }

    @Test
    void aClockThatJumpsAheadIsReplacedByOursWhereThatIsWanted() {
        DayClose days = DayClose.atMidnight(
                ZoneId.of("UTC"), new SourceClock(Duration.ofHours(1), SourceClock.WhenAhead.OWN_CLOCK), SATURDAY);
        CutPlanner utc = new CutPlanner(table -> true, days, 0, micros("2026-11-20T23:00:00Z"));
        utc.event(ITEM, 0, 7);
        utc.ended(ENDS, 0, end(7, 100, micros("2036-01-01T00:00:00Z"), Map.of("public.item", 1L)));
        assertThat(utc.close().closes()).containsExactly("2026-11-20");
        assertThat(utc.close())
                .isEqualTo(new Boundary(Map.of(ITEM, 1L, ENDS, 1L), 100, micros("2026-11-21T12:00:00Z"), List.of(), 1));
        utc.event(ITEM, 1, 8);
        utc.ended(ENDS, 1, end(8, 200, micros("2026-11-21T12:30:00Z"), Map.of("public.item", 1L)));
        assertThat(utc.close().closes()).isEmpty();
    }
}
