package io.firn.bench.compact;

import io.firn.catalog.config.WorkbenchConfig;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import io.firn.compactor.commit.GroupOutcome;
import io.firn.compactor.plan.PlanRules;
import io.firn.compactor.rewrite.Hooks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;

/**
 * The writer commits updates of random rows every second; half of the time the table is rewritten again and again
 * meanwhile, in the same process, with rules under which nearly all of it is worth rewriting after a few commits.
 * Counts what became of the rewrites, and compares how long the writer's commits take.
 *
 * <p>Arguments: {@code --dir FOLDER} (an empty or missing one), {@code --rows N}, {@code --updates N} a second,
 * {@code --seconds N} of each half, {@code --alone true} for a compactor that does not know of the writer, as one of
 * another process.
 */
public final class UnderFire {
    private static final long TARGET_BYTES = 32L << 20;
    private static final int WARM_UP_SECONDS = 10;

    private UnderFire() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        Options options = Options.parse(arguments);
        int rows = (int) options.number("--rows", 500_000);
        int updates = (int) options.number("--updates", 500);
        int seconds = (int) options.number("--seconds", 60);
        Path folder = Path.of(options.text("--dir", "target/bench-fire"));
        try (BusyWriter writer = BusyWriter.open(folder, rows)) {
            writer.start();
            writer.eachSecond(WARM_UP_SECONDS, updates);
            BusyWriter.Times alone = writer.eachSecond(seconds, updates);
            AtomicBoolean done = new AtomicBoolean();
            Hooks hooks = options.text("--alone", "false").equals("true") ? Hooks.NONE : between(writer);
            CompletableFuture<List<CompactionResult>> compactions =
                    CompletableFuture.supplyAsync(() -> compactUntil(done, writer, hooks));
            BusyWriter.Times underFire = writer.eachSecond(seconds, updates);
            done.set(true);
            List<CompactionResult> results = compactions.join();
            writer.finish();
            print(rows, updates, alone, underFire, results);
            writer.requireAllUpdates();
        }
    }

    /** One of two processors is the writer's. */
    private static WorkbenchConfig limited(WorkbenchConfig machine) {
        return new WorkbenchConfig(
                1L << 30,
                1,
                machine.tempDirectory(),
                machine.tempLimitBytes(),
                machine.cacheDirectory(),
                machine.cacheLimitBytes(),
                machine.indexDirectory());
    }

    /** As a service does that runs both. */
    private static Hooks between(BusyWriter writer) {
        return new Hooks() {
            @Override
            public void commit(Table table, Collection<DataFile> added, Runnable commit) {
                writer.commitBetweenCuts(added, commit);
            }
        };
    }

    private static List<CompactionResult> compactUntil(AtomicBoolean done, BusyWriter writer, Hooks hooks) {
        PlanRules eager = new PlanRules(TARGET_BYTES, 0.5, 0.01, 1, 1000, Long.MAX_VALUE, Long.MAX_VALUE);
        List<CompactionResult> results = new ArrayList<>();
        try (Compaction compaction = Compaction.open(eager, limited(writer.machine()))) {
            while (!done.get()) {
                results.add(compaction.run(writer.table(), hooks));
            }
        }
        return results;
    }

    private static void print(
            int rows, int updates, BusyWriter.Times alone, BusyWriter.Times underFire, List<CompactionResult> results) {
        List<GroupOutcome> groups =
                results.stream().flatMap(result -> result.groups().stream()).toList();
        long committed = groups.stream()
                .filter(group -> group.status() == GroupOutcome.Status.COMMITTED)
                .count();
        long wasted = groups.stream()
                .filter(group -> group.status() != GroupOutcome.Status.COMMITTED)
                .mapToLong(group -> group.group().bytes())
                .sum();
        System.out.printf(
                Locale.ROOT,
                "{\"bench\":\"compact-under-fire\",\"rows\":%d,\"updates_per_commit\":%d,\"writer_commits_alone\":%d,"
                        + "\"writer_commits\":%d,\"rewrites\":%d,\"committed\":%d,\"mb_rewritten\":%.0f,\"mb_wasted\":%.1f,"
                        + "\"deletes_carried_over\":%d,\"commit_retries\":%d,\"writer_p50_alone\":%.3f,"
                        + "\"writer_p50\":%.3f,\"writer_p95_alone\":%.3f,\"writer_p95\":%.3f,\"p95_ratio\":%.2f,"
                        + "\"readable_p50_alone\":%.3f,\"readable_p50\":%.3f,\"readable_p95_alone\":%.3f,"
                        + "\"readable_p95\":%.3f}%n",
                rows,
                updates,
                alone.commits().size(),
                underFire.commits().size(),
                groups.size(),
                committed,
                results.stream().mapToLong(CompactionResult::bytesBefore).sum() / 1e6,
                wasted / 1e6,
                results.stream().mapToLong(CompactionResult::carriedDeletes).sum(),
                results.stream().mapToInt(CompactionResult::retries).sum(),
                percentile(alone.commits(), 50),
                percentile(underFire.commits(), 50),
                percentile(alone.commits(), 95),
                percentile(underFire.commits(), 95),
                percentile(underFire.commits(), 95) / percentile(alone.commits(), 95),
                percentile(alone.delays(), 50),
                percentile(underFire.delays(), 50),
                percentile(alone.delays(), 95),
                percentile(underFire.delays(), 95));
    }

    private static double percentile(List<Double> seconds, int percent) {
        List<Double> sorted = seconds.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }
}
