package io.firn.dq.expect;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.Expectation;
import io.firn.catalog.config.Severity;
import io.firn.dq.TestLake;
import io.firn.dq.result.Result;
import io.firn.dq.result.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is expected of a table because of what it was before, or when its changes came. */
class HistoryExpectationsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final Expectation VOLUME = new Expectation.Volume(0.5, 4, Severity.WARN);
    private static final Expectation DRIFT = new Expectation.Drift("price", 0.2, Severity.WARN);
    private static final Expectation SCHEMA = new Expectation.Columns(Map.of(), Severity.WARN);

    private static TestLake lake;

    @BeforeAll
    static void fill(@TempDir Path folder) {
        lake = new TestLake(folder, "good", "bad", "empty", "nulls");
        for (int week = 4; week >= 0; week--) {
            for (int i = 0; i < 10; i++) {
                long id = 100L * week + i;
                lake.put("good", id, null, "x", i + ".00");
                lake.put("nulls", id, null, null, null);
                if (week > 0 || i < 2) {
                    lake.put("bad", id, null, "x", i + ".00");
                }
            }
            lake.commit(NOW.minus(1 + 7 * week, ChronoUnit.DAYS));
        }
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    private static Expectation freshness(Duration within, Expectation.Freshness.Idle idle) {
        return new Expectation.Freshness(within, idle, Severity.WARN);
    }

    @Test
    void aDayBringsAsManyChangesAsItsWeekday() {
        Looking looking = new Looking(lake).at(NOW);

        Result good = looking.full("good", VOLUME);
        assertThat(good.verdict()).isEqualTo(Verdict.HELD);
        assertThat(good.detail()).isEqualTo("10 changes; the same weekday has 10");
        Result bad = looking.full("bad", VOLUME);
        assertThat(bad.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(bad.measured()).isEqualTo(0.8);
        assertThat(bad.detail()).isEqualTo("2 changes; the same weekday has 10");
        assertThat(looking.verdict("nulls", VOLUME)).isEqualTo(Verdict.HELD);
        assertThat(looking.verdict("empty", VOLUME)).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void aClosedDayIsItselfComparedWithItsWeekday() {
        Looking looking = new Looking(lake).at(NOW);

        assertThat(looking.on(Looking.DAY.minusDays(1)).day("bad", VOLUME).verdict())
                .isEqualTo(Verdict.FAILED);
        assertThat(looking.on(Looking.DAY.minusDays(8)).day("bad", VOLUME).verdict())
                .isEqualTo(Verdict.HELD);
        assertThat(looking.on(Looking.DAY.minusDays(29)).day("bad", VOLUME).verdict())
                .isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void numbersStaySpreadAsTheyWere(@TempDir Path folder) {
        try (TestLake own = new TestLake(folder, "price", "nulls", "empty")) {
            for (int i = 0; i < 100; i++) {
                own.put("price", i, null, "x", i + ".00").put("nulls", i, null, null, null);
            }
            own.commit(NOW);
            Looking looking = new Looking(own);
            assertThat(looking.full("price", DRIFT).detail()).isEqualTo("this is the first look");
            assertThat(looking.verdict("price", DRIFT)).isEqualTo(Verdict.HELD);
            assertThat(looking.full("nulls", DRIFT).verdict()).isEqualTo(Verdict.UNKNOWN);
            assertThat(looking.full("nulls", DRIFT).measured()).isEqualTo(0.0);
            assertThat(looking.full("empty", DRIFT).detail()).isEqualTo("there are no rows");

            for (int i = 0; i < 60; i++) {
                own.put("price", i, null, "x", "1000.00").put("nulls", i, null, null, i + ".00");
            }
            own.commit(NOW);
            Result drifted = looking.full("price", DRIFT);
            assertThat(drifted.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(drifted.measured()).isGreaterThan(1);
            assertThat(drifted.detail()).startsWith("the population stability index against 2026-11-20 is ");
            assertThat(looking.verdict("nulls", DRIFT)).isEqualTo(Verdict.FAILED);

            looking.on(Looking.DAY.plusDays(7));
            assertThat(looking.verdict("price", DRIFT)).isEqualTo(Verdict.FAILED);
            assertThat(looking.verdict("price", DRIFT)).isEqualTo(Verdict.HELD);
        }
    }

    @Test
    void columnsAreWhatTheyWere(@TempDir Path folder) {
        try (TestLake own = new TestLake(folder, "price")) {
            Looking looking = new Looking(own);
            assertThat(looking.full("price", SCHEMA).detail()).isEqualTo("4 columns are noted");
            assertThat(looking.full("price", SCHEMA).detail()).isEqualTo("columns are as expected");

            own.lake
                    .table("price")
                    .updateSchema()
                    .deleteColumn("ref")
                    .addColumn("note", Types.StringType.get())
                    .updateColumn("price", Types.DecimalType.of(14, 2))
                    .commit();
            Result result = looking.full("price", SCHEMA);
            assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(result.measured()).isEqualTo(3.0);
            assertThat(result.detail())
                    .isEqualTo("note string is new; price is decimal(14, 2) and was decimal(12, 2); ref is gone");
            assertThat(looking.verdict("price", SCHEMA)).isEqualTo(Verdict.HELD);
        }
    }

    @Test
    void columnsAreWhatIsDeclaredHoweverOftenOneLooks() {
        Expectation declared = new Expectation.Columns(
                Map.of("id", "long", "ref", "long", "name", "string", "price", "double"), Severity.WARN);
        Looking looking = new Looking(lake);

        for (String table : new String[] {"good", "empty", "nulls"}) {
            assertThat(looking.full(table, declared).detail()).isEqualTo("price is decimal(12, 2) and was double");
            assertThat(looking.verdict(table, declared)).isEqualTo(Verdict.FAILED);
            assertThat(looking.verdict(table, SCHEMA)).isEqualTo(Verdict.HELD);
        }
    }

    @Test
    void closedDaysThatAreTouchedLaterAreToldOnceEach(@TempDir Path folder) {
        Expectation late = new Expectation.Late(null, 0, Severity.WARN);
        Instant closed = NOW.minus(1, ChronoUnit.DAYS);
        try (TestLake own = new TestLake(folder, "price", "nulls", "empty")) {
            own.put("price", 1, null, "x", "1.00").put("nulls", 1, null, null, null);
            own.commit(closed);
            for (String table : new String[] {"price", "nulls"}) {
                Table tagged = own.lake.table(table);
                tagged.manageSnapshots()
                        .createTag("day-2026-11-19", tagged.currentSnapshot().snapshotId())
                        .commit();
            }
            own.ingestingAt(NOW).put("price", 2, null, "x", "1.00").commit(NOW);
            Looking looking = new Looking(own);
            for (String table : own.rows.keySet()) {
                assertThat(looking.full(table, late).detail())
                        .isEqualTo("no closed day was touched since the last look");
                assertThat(looking.verdict(table, late)).isEqualTo(Verdict.HELD);
            }

            own.put("price", 1, null, "x", "2.00")
                    .put("price", 3, null, "x", "2.00")
                    .put("nulls", 1, 7L, null, null);
            own.commit(closed);
            Result touched = looking.changes("price", late);
            assertThat(touched.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(touched.detail()).isEqualTo("2 changes touch 1 closed days: 2026-11-19");
            assertThat(touched.sample())
                    .containsExactly(Map.of(
                            "day", "2026-11-19",
                            "changes", "2",
                            "first", closed.toString(),
                            "last", closed.toString(),
                            "last_cut", "3"));
            assertThat(looking.full("price", late).verdict()).isEqualTo(Verdict.HELD);
            assertThat(looking.verdict("nulls", late)).isEqualTo(Verdict.FAILED);
        }
    }

    @Test
    void changesAreReadableSoon(@TempDir Path folder) {
        try (TestLake own = new TestLake(folder, "price", "quiet", "empty")) {
            Instant now = Instant.now();
            own.put("price", 1, null, null, null).put("quiet", 1, null, null, null);
            own.commit(now.minusSeconds(90));
            Looking looking = new Looking(own).at(now.plusSeconds(30));

            Result slow = looking.full("price", freshness(Duration.ofSeconds(60), Expectation.Freshness.Idle.FRESH));
            assertThat(slow.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(slow.measured()).isBetween(90.0, 110.0);
            assertThat(slow.threshold()).isEqualTo(60.0);
            assertThat(looking.day("price", freshness(Duration.ofSeconds(60), Expectation.Freshness.Idle.FRESH))
                            .verdict())
                    .isEqualTo(Verdict.FAILED);
            assertThat(looking.verdict("price", freshness(Duration.ofSeconds(150), Expectation.Freshness.Idle.STALE)))
                    .isEqualTo(Verdict.HELD);
            assertThat(looking.verdict("quiet", freshness(Duration.ofSeconds(60), Expectation.Freshness.Idle.FRESH)))
                    .isEqualTo(Verdict.FAILED);
            assertThat(looking.full("empty", freshness(Duration.ofHours(1), Expectation.Freshness.Idle.STALE))
                            .detail())
                    .isEqualTo("no change has come yet");
        }
    }

    @Test
    void aSilentSourceIsStaleUnlessItMayBeSilent() {
        Looking looking = new Looking(lake).at(Instant.now().plus(3, ChronoUnit.HOURS));

        assertThat(looking.verdict("good", freshness(Duration.ofMinutes(15), Expectation.Freshness.Idle.STALE)))
                .isEqualTo(Verdict.FAILED);
        assertThat(looking.verdict("good", freshness(Duration.ofMinutes(15), Expectation.Freshness.Idle.FRESH)))
                .isEqualTo(Verdict.HELD);
    }
}
