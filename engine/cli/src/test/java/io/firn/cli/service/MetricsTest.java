package io.firn.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Cut;
import io.firn.catalog.SourcePosition;
import io.firn.cli.status.TableStatus;
import io.firn.compactor.CompactionResult;
import io.firn.compactor.housekeeping.Housekeeping;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Path PAGE = Path.of("../../docs/operations.md");
    private static final Path RUNBOOK = Path.of("../../docs/runbook.md");
    private static final Path MONITORING = Path.of("../../examples/monitoring");

    private final Metrics metrics = new Metrics(Clock.fixed(NOW, ZoneOffset.UTC));

    MetricsTest() {
        TableStatus product = new TableStatus(
                "product", 100, 4, 2, 4096, 7, NOW, NOW.minusSeconds(30), List.of(LocalDate.of(2026, 11, 20)), null);
        Gauges gauges = metrics.gauges();
        List<String> names = List.of("product", "later");
        gauges.tables(() -> Map.of("product", product), names, ZoneOffset.UTC);
        gauges.activities(List.of(new Supervisor(new Idle(), Clock.systemUTC())));
        gauges.lag(() -> Optional.of(Duration.ofMillis(1500)));
        VerifyState verified = new VerifyState(NOW, 0, NOW.minusSeconds(60), List.of("product: row 1 differs"));
        gauges.verified(() -> Map.of("product", verified), names);
        gauges.projected(() -> Map.of("product", 6L), List.of("product"));
        gauges.limits(1000, () -> 100, new MemoryBudget(1, 2, 3));
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
                .contains("firn_table_newest_day_end_seconds{table=\"product\"} 1.7952192E9")
                .contains("firn_source_lag_seconds 1.5")
                .contains("firn_verify_equal{table=\"product\"} 0.0")
                .contains("firn_verify_equal{table=\"later\"} NaN")
                .contains("firn_verify_covered_age_seconds{table=\"product\"} 60.0")
                .contains("firn_compaction_budget_left_bytes 100.0")
                .contains("firn_memory_compaction_bytes 3.0")
                .contains("firn_redis_cut{table=\"product\"} 6.0")
                .contains("firn_activity_up{activity=\"idle\"} 1.0");
    }

    @Test
    void thePageNamesEveryMetricAndNoOther() throws IOException {
        Set<String> measured = measured();
        measured.removeIf(name -> name.endsWith("_max"));
        assertThat(names("`(firn_\\w+)`", Files.readString(PAGE))).isEqualTo(measured);
    }

    /** What a scrape has when everything is there. */
    String scraped() {
        return metrics.scrape();
    }

    private Set<String> measured() {
        Set<String> measured = names("(?m)^(?:# TYPE )(firn_\\w+)", metrics.scrape());
        measured.addAll(List.of("firn_changes_total", "firn_rule_broken_total"));
        return measured;
    }

    @Test
    void alertsAndTheDashboardAskForMetricsThatThereAre() throws IOException {
        Set<String> measured = measured();
        measured.add("firn_commit_lag_seconds_bucket");

        assertThat(names("(firn_\\w+)", expressions("alerts.yaml", "expr: (.*)")))
                .hasSizeGreaterThan(10)
                .isSubsetOf(measured);
        assertThat(names("(firn_\\w+)", expressions("grafana-dashboard.json", "\"expr\": (.*)")))
                .hasSizeGreaterThan(20)
                .isSubsetOf(measured);
    }

    @Test
    void everyAlertHasASectionInTheRunbookAndATestOfItsOwn() throws IOException {
        Set<String> alerts = names("- alert: (\\w+)", Files.readString(MONITORING.resolve("alerts.yaml")));

        assertThat(names("(?m)^### (Firn\\w+)$", Files.readString(RUNBOOK))).isEqualTo(alerts);
        assertThat(names("alertname: (\\w+)", Files.readString(MONITORING.resolve("alerts.test.yaml"))))
                .isEqualTo(alerts);
    }

    /** Each section says what the alert means, how to check and how to mend. */
    @Test
    void everySectionOfTheRunbookSaysWhatToDo() throws IOException {
        for (String section : Files.readString(RUNBOOK).split("(?m)^### ", -1)) {
            if (section.startsWith("Firn")) {
                assertThat(section).contains("**Means.**", "**Check.**", "**Mend.**");
            }
        }
    }

    private static String expressions(String file, String pattern) throws IOException {
        return String.join("\n", names(pattern, Files.readString(MONITORING.resolve(file))));
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
