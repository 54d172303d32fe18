package io.firn.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.QuietHours;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static Instant next(String cron, String quiet, String now) {
        QuietHours hours = quiet.isEmpty() ? null : QuietHours.parse(quiet);
        return Schedule.of(cron, BERLIN, hours).next(Instant.parse(now)).orElseThrow();
    }

    @Test
    void theNextTimeIsInTheConfiguredZone() {
        assertThat(next("0 3 * * *", "", "2026-11-21T10:00:00Z")).isEqualTo(Instant.parse("2026-11-22T02:00:00Z"));
        assertThat(next("*/15 * * * *", "", "2026-11-21T10:00:00Z")).isEqualTo(Instant.parse("2026-11-21T10:15:00Z"));
        assertThat(next("0 0 * * 7", "", "2026-11-21T10:00:00Z")).isEqualTo(Instant.parse("2026-11-21T23:00:00Z"));
    }

    @Test
    void aTimeThatDaylightSavingLeavesOutComesTheNextDay() {
        assertThat(next("30 2 * * *", "", "2026-03-29T00:00:00Z")).isEqualTo(Instant.parse("2026-03-30T00:30:00Z"));
    }

    @Test
    void timesInTheQuietHoursArePassedOver() {
        assertThat(next("*/15 * * * *", "08:00-20:00", "2026-11-21T06:50:00Z"))
                .isEqualTo(Instant.parse("2026-11-21T19:00:00Z"));
        assertThat(next("*/15 * * * *", "22:00-06:00", "2026-11-21T20:50:00Z"))
                .isEqualTo(Instant.parse("2026-11-22T05:00:00Z"));
    }

    @Test
    void aScheduleThatIsAlwaysQuietNeverComes() {
        assertThat(Schedule.of("0 9 * * *", BERLIN, QuietHours.parse("08:00-20:00"))
                        .next(Instant.parse("2026-11-21T10:00:00Z")))
                .isEmpty();
    }

    @Test
    void aDayThatNoMonthHasNeverComes() {
        assertThat(Schedule.of("0 9 30 2 *", BERLIN, null).next(Instant.parse("2026-11-21T10:00:00Z")))
                .isEmpty();
    }
}
