package io.firn.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.LedgerConfig;
import io.firn.catalog.config.LongerRetention;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.catalog.config.SourceClock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptDaysTest {
    private static final LocalDate FIRST = LocalDate.of(2024, 10, 30);
    private static final List<LocalDate> DAYS =
            FIRST.datesUntil(LocalDate.of(2026, 3, 11)).toList();
    private static final LocalDate TODAY = LocalDate.of(2026, 3, 11);

    private static List<LocalDate> kept(List<LocalDate> days, LongerRetention longer) {
        SnapshotsConfig config = new SnapshotsConfig(
                ZoneOffset.UTC,
                SnapshotsConfig.DayClose.TIME,
                Period.ofDays(3),
                longer,
                Duration.ofDays(1),
                Duration.ofDays(1),
                LedgerConfig.UNSIGNED,
                SourceClock.STOP_AT_A_DAY);
        KeptDays rule = new KeptDays(config, days, TODAY);
        return days.stream().filter(day -> !rule.isOver(day)).toList();
    }

    private static LocalDate day(String text) {
        return LocalDate.parse(text);
    }

    @Test
    void everyDayIsKeptEquallyLongByDefault() {
        assertThat(kept(DAYS, LongerRetention.NONE))
                .containsExactly(day("2026-03-08"), day("2026-03-09"), day("2026-03-10"));
    }

    @Test
    void theLastDaysOfMonthsAndYearsOutliveTheOthers() {
        LongerRetention longer = new LongerRetention(Period.ofMonths(2), Period.ofYears(2));
        List<LocalDate> kept = kept(DAYS, longer);
        assertThat(kept)
                .containsExactly(
                        day("2024-12-31"),
                        day("2025-12-31"),
                        day("2026-01-31"),
                        day("2026-02-28"),
                        day("2026-03-08"),
                        day("2026-03-09"),
                        day("2026-03-10"));
        assertThat(kept(kept, longer)).isEqualTo(kept);
    }

    @Test
    void theLastDayThatThereIsStandsForItsMonth() {
        List<LocalDate> days = List.of(day("2026-02-10"), day("2026-02-11"), day("2026-03-10"));
        assertThat(kept(days, new LongerRetention(Period.ofYears(7), null)))
                .containsExactly(day("2026-02-11"), day("2026-03-10"));
    }
}
