package io.firn.bench.dq;

import com.sun.management.OperatingSystemMXBean;
import io.firn.catalog.config.Expectation;
import io.firn.catalog.config.Severity;
import io.firn.dq.expect.CheckedTable;
import io.firn.dq.expect.Checks;
import io.firn.dq.expect.History;
import io.firn.dq.expect.KeyHints;
import io.firn.dq.expect.Run;
import io.firn.dq.result.Moment;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import io.firn.dq.result.Verdict;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Checks of a table before and after 10,000 of its rows change: looked at in full, and only what changed. Arguments: a
 * folder, then numbers of rows, such as 1000000 50000000. One JSON line for each check: wall and CPU seconds.
 */
public final class ChecksBench {
    static final int CHANGES = 10_000;

    private static final List<Expectation> EXPECTATIONS = List.of(
            new Expectation.Unique("key", List.of("id"), Severity.CRITICAL),
            new Expectation.References(
                    "parent", List.of("ref"), "item", List.of("id"), Duration.ofMinutes(1), Severity.CRITICAL),
            new Expectation.Accepted("state", List.of("new", "old"), Severity.CRITICAL));

    private ChecksBench() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        for (int i = 1; i < arguments.length; i++) {
            long rows = Long.parseLong(arguments[i]);
            Path folder = Files.createDirectories(Path.of(arguments[0]).resolve("rows-" + rows));
            try (BigTable table = new BigTable(folder, rows)) {
                table.load();
                table.index();
                List<Result> full = look(table, "full", Scope.FULL, History.NONE, KeyHints.NONE);
                History history = new History(full, full);
                table.change(Spread.TOGETHER);
                table.index();
                look(table, "changes that lie together, no index", Scope.INCREMENTAL, history, KeyHints.NONE);
                List<Result> first =
                        look(table, "changes that lie together", Scope.INCREMENTAL, history, table.hints());
                table.change(Spread.EVERYWHERE);
                table.index();
                history = new History(first, first);
                look(table, "changes spread over the table, no index", Scope.INCREMENTAL, history, KeyHints.NONE);
                look(table, "changes spread over the table", Scope.INCREMENTAL, history, table.hints());
            }
        }
    }

    /** Where changed rows are. */
    enum Spread {
        TOGETHER,
        EVERYWHERE
    }

    private static List<Result> look(BigTable table, String what, Scope scope, History history, KeyHints hints) {
        List<Result> all = new ArrayList<>();
        for (Expectation expectation : EXPECTATIONS) {
            CheckedTable checked = new CheckedTable(
                    "item",
                    table.table(),
                    table.log(),
                    table.table().currentSnapshot().snapshotId(),
                    "public.item",
                    List.of("id"),
                    List.of(expectation),
                    Set.of());
            Run run = new Run("bench", Moment.HEAD, LocalDate.EPOCH, scope, Instant.now(), ZoneOffset.UTC);
            long cpu = cpuNanos();
            long wall = System.nanoTime();
            Result result = new Checks(table.workbench(), List.of(checked), history, null, hints)
                    .run(run, List.of("item"), (name, kind) -> {})
                    .get(0);
            double wallSeconds = (System.nanoTime() - wall) / 1e9;
            double cpuSeconds = (cpuNanos() - cpu) / 1e9;
            if (result.verdict() != Verdict.HELD) {
                throw new IllegalStateException(result.expectation() + ": " + result.detail());
            }
            System.out.printf(
                    Locale.ROOT,
                    "{\"rows\":%d,\"looked_at\":\"%s\",\"scope\":\"%s\",\"expectation\":\"%s\",\"wall_s\":%.2f,\"cpu_s\":%.2f,\"detail\":\"%s\"}%n",
                    table.rows(),
                    what,
                    result.scope().text(),
                    result.expectation(),
                    wallSeconds,
                    cpuSeconds,
                    result.detail());
            all.add(result);
        }
        return all;
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
