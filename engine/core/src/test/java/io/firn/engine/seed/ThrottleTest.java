package io.firn.engine.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private final List<Long> pausesInMillis = new ArrayList<>();
    private long now = 42;

    private Throttle throttle(long rowsPerSecond) {
        return new Throttle(rowsPerSecond, () -> now, nanos -> {
            pausesInMillis.add(TimeUnit.NANOSECONDS.toMillis(nanos));
            now += nanos;
        });
    }

    @Test
    void rowsWaitUntilTheOnesBeforeThemHaveHadTheirTime() {
        Throttle throttle = throttle(1000);
        throttle.pass(500);
        throttle.pass(2000);
        assertThat(pausesInMillis).containsExactly(500L, 2000L);
    }

    @Test
    void timeThatReadingTookCountsAndTimeInWhichNothingWasReadIsNotMadeUpFor() {
        Throttle throttle = throttle(1000);
        now += TimeUnit.SECONDS.toNanos(10);
        throttle.pass(300);
        now += TimeUnit.MILLISECONDS.toNanos(100);
        throttle.pass(300);
        assertThat(pausesInMillis).containsExactly(300L, 300L);
    }

    @Test
    void theTimeThatAPartTookIsPartOfItsTime() {
        Throttle throttle = throttle(1000);
        long begun = now;
        now += TimeUnit.MILLISECONDS.toNanos(400);
        throttle.passSince(begun, 1000);
        begun = now;
        now += TimeUnit.SECONDS.toNanos(3);
        throttle.passSince(begun, 1000);
        assertThat(pausesInMillis).containsExactly(600L);
    }

    @Test
    void nobodySleepsForLessThanSleepingIsExact() {
        Throttle throttle = throttle(1000);
        throttle.pass(5);
        throttle.pass(1);
        assertThat(pausesInMillis).containsExactly(6L);
    }

    @Test
    void withoutALimitNobodyWaits() {
        Throttle.none().pass(Long.MAX_VALUE);
        assertThat(pausesInMillis).isEmpty();
    }
}
