package io.firn.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Cut;
import io.firn.catalog.SourcePosition;
import io.firn.cli.status.TableStatus;
import io.firn.compactor.CompactionResult;
import io.firn.compactor.Housekeeping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Path PAGE = Path.of("../../docs/operations.md");

    private final Metrics metrics = new Metrics(Clock.fixed(NOW, ZoneOffset.UTC));

    MetricsTest() {
        TableStatus product = new TableStatus(
                "product", 100, 4, 2, 4096, 7, NOW, NOW.minusSeconds(30), List.of(LocalDate.of(2026, 11, 20)), null);
        Supervisor ingest = new Supervisor(new Idle(), Clock.systemUTC());
        metrics.watch(() -> Map.of("product", product), List.of("product", "later"), List.of(ingest));
        metrics.finished(
                new Cut(7, 1, NOW.minusSeconds(4), SourcePosition.EMPTY, SourcePosition.EMPTY, List.of(), List.of()),
                3);
        metrics.rejected("product", "bad");
        metrics.compacted(
                "product",
                new CompactionResult(
                        "product", List.of(), List.of(), 0, List.of(), Housekeeping.Done.NOTHING, Duration.ZERO));
    }

    @Test
    void aScrapeHasTheStateOfEveryTable() {
        assertThat(metrics.scrape())
                .contains("firn_table_rows{table=\"product\"} 100.0")
                .contains("firn_table_age_seconds{table=\"product\"} 30.0")
                .contains("firn_table_rows{table=\"later\"} NaN")
                .contains("firn_commit_lag_seconds_bucket{le=\"5.0\"} 1")
                .contains("firn_commit_lag_seconds_sum 4.0")
                .contains("firn_quarantined_records_total{table=\"product\"} 1.0")
                .contains("firn_activity_up{activity=\"idle\"} 1.0");
    }

    @Test
    void thePageNamesEveryMetricAndNoOther() throws IOException {
        Set<String> measured = names("(?m)^(?:# TYPE )(firn_\\w+)", metrics.scrape());
        measured.removeIf(name -> name.endsWith("_max"));
        measured.add("firn_changes_total");
        assertThat(names("`(firn_\\w+)`", Files.readString(PAGE))).isEqualTo(measured);
    }

    private static Set<String> names(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static final class Idle implements Activity {
        @Override
        public String name() {
            return "idle";
        }

        @Override
        public void run(Work work) {}

        @Override
        public void stop() {}
    }
}
