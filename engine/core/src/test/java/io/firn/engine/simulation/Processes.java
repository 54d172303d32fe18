package io.firn.engine.simulation;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.LocalFileIO;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.config.FirnConfig;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import io.firn.compactor.commit.GroupOutcome;
import io.firn.engine.index.KeyStore;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.IngestSetup;
import io.firn.engine.ingest.SmallLake;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileStage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The processes of one simulation, each on a thread of its own, one of which runs at a time. */
final class Processes {
    private final FirnConfig config;
    private final SharedLake lake;
    private final SharedSource source;
    private final Consumer<SourcePosition> acknowledged;
    private final Databases databases;
    private final Random random;
    private final List<String> script;
    private final Baton baton;
    private final Map<String, SimulatedKeys> stores = new HashMap<>();
    private final List<Steps> running = new ArrayList<>();
    private int started;
    private final Clock clock = new SimulatedClock();
    private volatile @Nullable Throwable broken;

    Processes(
            FirnConfig config,
            SharedLake lake,
            SharedSource source,
            Consumer<SourcePosition> acknowledged,
            Databases databases,
            Random random,
            List<String> script,
            Baton baton) {
        this.config = config;
        this.lake = lake;
        this.source = source;
        this.acknowledged = acknowledged;
        this.databases = databases;
        this.random = random;
        this.script = script;
        this.baton = baton;
    }

    /** What a process does once it has its turn. */
    private interface Work {
        void run(Steps steps);
    }

    /**
     * Starts a writer that lives until it has caught up twice, or until something strikes it.
     *
     * @param between what happens in the source when it has caught up the first time
     */
    Steps startWriter(Plan plan, Steps.World world, Runnable between) {
        return start("writer", plan, world, steps -> write(steps, between));
    }

    void startCompaction(String table, Plan plan, Steps.World world) {
        start("compactor", plan, world, steps -> compact(table, steps));
    }

    private Steps start(String kind, Plan plan, Steps.World world, Work work) {
        Steps steps = new Steps(kind + " " + ++started, plan, script, world, baton);
        if (isWriter(steps) && running.stream().anyMatch(Processes::isWriter)) {
            running.forEach(Steps::disturb);
            steps.disturb();
        }
        running.add(steps);
        script.add(steps.process() + " starts, " + plan);
        Thread thread = new Thread(() -> live(steps, work), steps.process());
        thread.setDaemon(true);
        thread.start();
        return steps;
    }

    private static boolean isWriter(Steps steps) {
        return steps.process().startsWith("writer");
    }

    /** Something happened that lets a writer believe that there is another. */
    void disturbAll() {
        running.forEach(Steps::disturb);
    }

    private void live(Steps steps, Work work) {
        steps.begin();
        try {
            work.run(steps);
            script.add("%s ends after %d steps".formatted(steps.process(), steps.count()));
        } catch (SimulatedCrash e) {
            script.add("%s is dead after %d steps".formatted(steps.process(), steps.count()));
        } catch (RuntimeException e) {
            script.add("%s gives up after %d steps: %s".formatted(steps.process(), steps.count(), e));
            if (!isExpected(e, steps)) {
                breaks(e);
            }
        } catch (Error e) {
            breaks(e);
        } finally {
            running.remove(steps);
            steps.end();
        }
    }

    private static boolean isExpected(RuntimeException failure, Steps steps) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            boolean isSimulated = String.valueOf(cause.getMessage()).contains("simulated");
            boolean isFenced = cause instanceof FirnException firn && firn.code() == ErrorCode.FENCED;
            if (isSimulated && (steps.wasStruck() || steps.isDisturbed()) || isFenced && steps.isDisturbed()) {
                return true;
            }
        }
        return false;
    }

    private void breaks(Throwable failure) {
        if (broken == null) {
            broken = failure;
        }
        running.forEach(Steps::kill);
    }

    /** Waits until every process has ended. */
    void awaitAll() throws InterruptedException {
        baton.awaitAll();
        Throwable failure = broken;
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    private void write(Steps steps, Runnable between) {
        DuckDatabase database = databases.take();
        try (Ingest ingest = new Ingest(setup(steps, database), 1, new SimulatedSide(steps, baton))) {
            ingest.runUntilCaughtUp();
            between.run();
            ingest.runUntilCaughtUp();
        } finally {
            databases.giveBack(database);
        }
    }

    private IngestSetup setup(Steps steps, DuckDatabase database) {
        return new IngestSetup(
                config,
                lake.as(steps),
                database,
                new SimulatedSource(source, random, steps, acknowledged),
                SmallLake::declaration,
                table -> keys(table, steps),
                (io, files) -> staged(steps),
                clock,
                IngestListener.NONE);
    }

    private static FileStage.Staged staged(Steps steps) {
        steps.step("read data");
        return new FileStage.Staged() {
            @Override
            public String path(String location) {
                return LocalFileIO.path(location).toString();
            }

            @Override
            public void close() {}
        };
    }

    private KeyStore keys(String table, Steps steps) {
        SimulatedKeys last = stores.get(table);
        int kept = last == null
                ? 0
                : switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> random.nextInt(last.writes() + 1);
                    default -> last.writes();
                };
        SimulatedKeys keys = last == null ? new SimulatedKeys(steps) : last.after(kept, steps);
        script.add("the keys of %s are those after %d writes".formatted(table, kept));
        stores.put(table, keys);
        return keys;
    }

    private void compact(String name, Steps steps) {
        Compaction compaction = databases.takeCompaction();
        boolean survived = false;
        try {
            CompactionResult result = compaction.run(lake.as(steps).table(name));
            survived = true;
            script.add("%s: %d files to %d, %d deletes carried over, %d commits, %d retries"
                    .formatted(
                            steps.process(),
                            result.filesBefore(),
                            result.filesAfter(),
                            result.carriedDeletes(),
                            result.commits().size(),
                            result.retries()));
            for (GroupOutcome group : result.groups()) {
                if (group.status() == GroupOutcome.Status.PROOF_FAILED) {
                    throw new Invariants.BrokenInvariant("a rewrite of " + name + " is not proven: " + group.detail());
                }
            }
        } finally {
            if (survived) {
                databases.giveBack(compaction);
            } else {
                compaction.close();
            }
        }
    }
}
