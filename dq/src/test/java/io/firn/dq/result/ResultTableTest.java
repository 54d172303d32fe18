package io.firn.dq.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.Severity;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultTableTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private Lake lake;
    private DuckDatabase duck;
    private Workbench workbench;
    private ResultTable results;

    @BeforeEach
    void open(@TempDir Path folder) {
        lake = Lake.open(new LakeConfig(
                new CatalogConfig(
                        CatalogType.JDBC,
                        "jdbc:sqlite:" + folder.resolve("catalog.db") + "?journal_mode=MEMORY&synchronous=OFF",
                        "file:" + folder.resolve("warehouse"),
                        Map.of()),
                "shop"));
        WorkbenchConfig config = new WorkbenchConfig(
                256 << 20, 1, folder.resolve("tmp"), 1 << 30, folder.resolve("cache"), 1 << 30, folder);
        duck = DuckDatabase.open(config);
        workbench = new Workbench(duck, config);
        results = new ResultTable(lake, workbench, 4);
    }

    @AfterEach
    void close() {
        workbench.close();
        duck.close();
        lake.close();
    }

    private static Result result(String expectation, Verdict verdict, long cut, @Nullable Double measured) {
        return new Result(
                "run-" + cut,
                "product",
                expectation,
                expectation.replaceAll("\\..*", ""),
                Severity.CRITICAL,
                measured == null ? null : 4711L,
                cut,
                LocalDate.of(2026, 11, 20),
                Moment.HEAD,
                verdict,
                measured,
                measured == null ? null : 0.5,
                "what was \"found\"",
                3,
                List.of(Map.of("id", "1"), Map.of("id", "2")),
                Scope.INCREMENTAL,
                measured == null ? null : "{}",
                Duration.ofMillis(12),
                NOON.plusSeconds(cut),
                verdict == Verdict.FAILED);
    }

    @Test
    void aResultReadsAsItWasWritten() {
        Result full = result("nulls.price", Verdict.FAILED, 1, 0.75);
        Result sparse = result("unique.key", Verdict.UNKNOWN, 1, null);
        results.append(List.of(full, sparse));

        assertThat(results.within(Duration.ofHours(1), NOON)).containsExactly(full, sparse);
    }

    @Test
    void thereIsNothingBeforeTheFirstRun() {
        assertThat(results.latest(Moment.HEAD, Instant.EPOCH)).isEmpty();
        assertThat(lake.tables()).isEmpty();
    }

    @Test
    void theLatestAndTheLastThatHeldAreFound() {
        Result held = result("unique.key", Verdict.HELD, 1, 0.0);
        Result failed = result("unique.key", Verdict.FAILED, 2, 1.0);
        results.append(List.of(held));
        results.append(List.of(failed));

        assertThat(results.latest(Moment.HEAD, Instant.EPOCH)).containsExactly(failed);
        assertThat(results.latest(Moment.DAY, Instant.EPOCH)).isEmpty();
        assertThat(results.latestHeld(Instant.EPOCH, 2)).containsExactly(held);
        assertThat(results.latestHeld(NOON.plusSeconds(2), 2)).isEmpty();
        assertThat(results.latestHeld(Instant.EPOCH, 0)).isEmpty();
    }

    @Test
    void smallFilesAreJoined() {
        for (int run = 1; run <= 4; run++) {
            results.append(List.of(result("unique.key", Verdict.HELD, run, 0.0)));
        }

        Table table = lake.table(ResultTable.NAME);
        assertThat(table.currentSnapshot().summary()).containsEntry("total-data-files", "1");
        assertThat(results.within(Duration.ofHours(1), NOON)).hasSize(4);
    }
}
