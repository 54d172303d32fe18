package io.firn.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtcTextTest {
    @Test
    void everyDayIsReadAsTheLibraryReadsIt() {
        for (LocalDate day = LocalDate.of(1600, 1, 1); day.getYear() < 10_000; day = day.plusDays(1)) {
            String text = day + "T23:59:58.012345Z";
            long expected = day.atTime(23, 59, 58).toEpochSecond(ZoneOffset.UTC) * 1_000_000 + 12_345;
            if (UtcText.micros(text) != expected) {
                assertThat(UtcText.micros(text)).as(text).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-20T08:11:12Z",
                "2026-11-20T08:11:12.5Z",
                "2026-11-20T08:11:12.000001Z",
                "1969-12-28T23:59:59.999999Z"
            })
    void fractionsOfAnyLength(String text) {
        assertThat(UtcText.micros(text)).isEqualTo(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "infinity",
                "2026-11-20T08:11:12",
                "2026-11-20T08:11:12.Z",
                "2026-11-20T08:11:12.1234567Z",
                "2026-13-20T08:11:12Z",
                "2026-02-30T08:11:12Z",
                "2026-11-20T24:00:00Z",
                "2026-11-20 08:11:12Z",
                "2026-11-20T08:11:12+00",
                "+12026-11-20T08:11:12Z",
                "0001-01-01T00:00:00Z",
                "2026-11-2xT08:11:12Z"
            })
    void otherTextsAreLeftToTheLibrary(String text) {
        assertThat(UtcText.micros(text)).isEqualTo(UtcText.OTHER);
    }
}
