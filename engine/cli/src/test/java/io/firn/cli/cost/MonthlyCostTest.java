package io.firn.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compactor.journal.RunRecord;
import io.firn.snapshot.cost.PriceList;
import io.firn.snapshot.cost.TableActivity;
import io.firn.snapshot.cost.TableBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class MonthlyCostTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    /** 73 hours, a tenth of a month. */
    private static final Duration TENTH = Duration.ofHours(73);

    private static final PriceList PRICES =
            new PriceList(30_000, 0.02, 5, 0.4, 1, 2.75, 0.25, List.of(new PriceList.Monthly("disk", 3, 2.5)));

    private static RunRecord run(Duration ago, Duration took, long bytes) {
        return new RunRecord(
                NOW.minus(ago), took, List.of("small files"), 4, 1, bytes, bytes, 0, 0, 0, 0, 0, List.of());
    }

    private static TableUsage usage(int commits, CompactionActivity compaction) {
        try (InMemoryCatalog catalog = new InMemoryCatalog()) {
            catalog.initialize("test", Map.of());
            catalog.createNamespace(Namespace.of("atlas"));
            TableBytes nothing = TableBytes.of(catalog.createTable(
                    TableIdentifier.of("atlas", "product"),
                    new Schema(Types.NestedField.required(1, "id", Types.LongType.get()))));
            return new TableUsage("product", nothing, new TableActivity(commits, 2 * commits, TENTH), compaction);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void runsOfAWeekAreCarriedOnForAMonth() {
        CompactionActivity activity = CompactionActivity.of(
                List.of(
                        run(Duration.ofDays(8), Duration.ofHours(50), 1_000_000),
                        run(Duration.ofDays(6), Duration.ofMinutes(30), 400),
                        run(Duration.ofDays(1), Duration.ofMinutes(54), 300)),
                NOW,
                WEEK,
                CompactionActivity.History.WHOLE);
        assertThat(activity).isEqualTo(new CompactionActivity(Duration.ofMinutes(84), 700, WEEK));
        assertThat(activity.bytesAMonth()).isEqualTo(700 * 730.0 / 168);
    }

    @Test
    void whereRunsWereForgottenTheOldestOneSaysHowFarTheyGoBack() {
        List<RunRecord> runs = IntStream.iterate(72, hour -> hour >= 0, hour -> hour - 1)
                .mapToObj(hour -> run(Duration.ofHours(hour + 1), Duration.ofMinutes(6), 10))
                .toList();
        CompactionActivity activity = CompactionActivity.of(runs, NOW, WEEK, CompactionActivity.History.CUT_OFF);
        assertThat(activity.over()).isEqualTo(TENTH);
        assertThat(activity.hoursAMonth()).isEqualTo(73.0);
        assertThat(CompactionActivity.of(List.of(), NOW, WEEK, CompactionActivity.History.WHOLE)
                        .hoursAMonth())
                .isZero();
    }

    @Test
    void requestsCompactionsAndRefreshesAreOnTheBill() {
        TableUsage table = usage(1_000, new CompactionActivity(Duration.ofHours(2), 500, TENTH));
        MonthlyCost cost = MonthlyCost.of(List.of(table), PRICES, MonthlyCost.Readers.SNOWFLAKE, 1);
        assertThat(cost.items().subList(3, 10))
                .containsExactly(
                        new MonthlyCost.Item("requests: objects written", "60000", 300),
                        new MonthlyCost.Item("requests: objects read by commits", "60000", 24),
                        new MonthlyCost.Item("requests: catalog", "30000", 0.03),
                        new MonthlyCost.Item("compaction: hours of runs", "20.00", 55),
                        new MonthlyCost.Item("compaction: rewritten", "5000 bytes", 0),
                        new MonthlyCost.Item("Snowflake: refreshes", "10000", 2.5),
                        new MonthlyCost.Item("disk", "3", 7.5));
        assertThat(cost.total()).isEqualTo(300 + 24 + 0.03 + 55 + 2.5 + 7.5);
    }

    @Test
    void commitsThatComeMoreOftenAreMoreRequestsAndNoMoreRefreshesThanOneAMinute() {
        TableUsage table = usage(1_000, new CompactionActivity(Duration.ZERO, 0, WEEK));
        MonthlyCost cost = MonthlyCost.of(List.of(table), PRICES, MonthlyCost.Readers.SNOWFLAKE, 6);
        assertThat(cost.items().subList(3, 9))
                .extracting(MonthlyCost.Item::amount)
                .containsExactly("360000", "360000", "180000", "0.00", "0 bytes", "43800");
    }
}
