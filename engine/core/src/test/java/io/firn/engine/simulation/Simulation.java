package io.firn.engine.simulation;

import io.firn.catalog.CutProperties;
import io.firn.catalog.SourcePosition;
import io.firn.engine.ingest.FakePostgres;
import io.firn.engine.ingest.SmallLake;
import io.firn.engine.quarantine.Quarantine;
import io.firn.engine.source.MemorySource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.SystemConfigs;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.jspecify.annotations.Nullable;

/**
 * One run of writers against a random source, with faults at random steps, beside compactors and strangers. The seed
 * decides everything; {@link #script()} says what it decided.
 */
final class Simulation implements Steps.World {
    private static final int MOST_ROUNDS = 2;
    private static final int MOST_PARTITIONS = 3;
    private static final int UNTIL_THE_END = 1_000_000;

    private final Random random;
    private final Kind kind;
    private final List<String> script = new ArrayList<>();
    private final FakePostgres postgres;
    private final Workload workload;
    private final Expected expected;
    private final FileRows files = new FileRows();
    private final Invariants invariants;
    private final MadeAgain madeAgain;
    private final SharedLake lake;
    private final Baton baton;
    private final Processes processes;
    private final List<Late> late = new ArrayList<>();
    private Plan successor = Plan.NOTHING;

    private record Late(String what, Runnable commit) {}

    static {
        System.setProperty("iceberg.scan.plan-in-worker-pool", "false");
        Invariants.expect(
                "that Iceberg plans on its own threads, so that no run is like another",
                false,
                SystemConfigs.SCAN_THREAD_POOL_ENABLED.value());
    }

    Simulation(long seed, Path folder, Databases databases) throws IOException {
        this(new Random(seed), Kind.RANDOM, folder, databases);
    }

    /** Whether only what is asked for happens. */
    private enum Kind {
        RANDOM,
        CALM
    }

    /** @return a run in which nothing is left to chance */
    static Simulation calm(Path folder, Databases databases) throws IOException {
        return new Simulation(new Random(1), Kind.CALM, folder, databases);
    }

    private Simulation(Random random, Kind kind, Path folder, Databases databases) throws IOException {
        this.random = random;
        this.kind = kind;
        int format = kind == Kind.RANDOM && random.nextInt(4) == 0 ? 2 : 3;
        int rows = kind == Kind.RANDOM ? 5 + random.nextInt(60) : 100;
        int partitions = kind == Kind.RANDOM ? 1 + random.nextInt(MOST_PARTITIONS) : 1;
        script.add("format %d, a cut closes with %d changes, topics have %d partitions"
                .formatted(format, rows, partitions));
        MemorySource records = new MemorySource();
        SharedSource source = new SharedSource(records);
        this.postgres = new FakePostgres(records, SmallLake.PREFIX, partitions);
        this.workload = new Workload(postgres, random, script);
        this.expected = new Expected(postgres);
        this.invariants = new Invariants(postgres, expected, files);
        this.madeAgain = new MadeAgain(postgres, expected, databases, folder.resolve("upload"));
        this.lake = new SharedLake(folder.resolve("warehouse"), this::committed);
        this.baton = new Baton(random);
        this.processes = new Processes(
                new SmallLake(folder, format, rows, FakePostgres.RULE).config,
                lake,
                source,
                this::acknowledged,
                databases,
                random,
                script,
                baton);
    }

    /** @return what was decided, in order */
    List<String> script() {
        return script;
    }

    void run() throws InterruptedException {
        for (int i = 1 + random.nextInt(MOST_ROUNDS); i > 0; i--) {
            workload.transactions(1 + random.nextInt(6));
            processes.startWriter(Plan.random(random), this, () -> workload.transactions(random.nextInt(5)));
            processes.awaitAll();
        }
        end();
    }

    /**
     * The same few transactions each time: a writer with a plan, and one after it.
     *
     * @return the first writer's steps
     */
    Steps writer(Plan plan) throws InterruptedException {
        workload.few();
        workload.closeDay();
        Steps first = processes.startWriter(plan, this, () -> {});
        processes.awaitAll();
        end();
        return first;
    }

    /** A writer that is taken over, with more to read, by one with another plan; and one after both. */
    void writers(Plan first, Plan second) throws InterruptedException {
        successor = second;
        workload.few();
        processes.startWriter(first, this, () -> {});
        processes.awaitAll();
        end();
    }

    private void end() throws InterruptedException {
        arrive();
        workload.end();
        processes.startWriter(Plan.NOTHING, this, () -> {});
        processes.awaitAll();
        for (String name : Invariants.TABLES) {
            invariants.checkEnd(table(name), name);
            invariants.checkEndOfLog(table(name + Invariants.LOG), name + Invariants.LOG);
        }
        if (kind == Kind.RANDOM) {
            madeAgain.check(lake.as(null));
        }
        invariants.checkEndOfQuarantine(lake.as(null).find(Quarantine.TABLE));
    }

    private Plan sometimes() {
        return kind == Kind.RANDOM && random.nextInt(3) == 0 ? Plan.random(random) : successor;
    }

    @Override
    public void strike(Strike strike, Steps during) {
        String name = Invariants.TABLES.get(random.nextInt(2));
        boolean exists = lake.has(name);
        switch (strike) {
            case FOREIGN_COMMIT -> foreignCommit(random.nextBoolean() ? name : name + Invariants.LOG);
            case FOREIGN_REWRITE -> {
                if (exists) {
                    new ForeignRewrite(table(name)).run();
                }
            }
            case FOREIGN_DELETE -> {
                if (exists) {
                    foreignDelete(table(name), Invariants.source(name));
                }
            }
            case EXPIRY -> expire(random.nextBoolean() ? name : name + Invariants.LOG);
            case COMPACTION -> {
                if (exists) {
                    processes.startCompaction(name, sometimes(), this);
                }
            }
            case TAKEOVER, TAKEOVER_ASLEEP -> takeover(strike, during);
            default -> throw new IllegalArgumentException(strike.name());
        }
        if (kind == Kind.RANDOM && random.nextInt(3) == 0) {
            arrive();
        }
    }

    private void takeover(Strike strike, Steps during) {
        if (kind == Kind.CALM) {
            workload.few();
            workload.few();
        } else {
            workload.transactions(random.nextInt(4));
        }
        processes.startWriter(sometimes(), this, () -> {});
        if (strike == Strike.TAKEOVER_ASLEEP) {
            int steps = kind == Kind.CALM ? UNTIL_THE_END : 1 + random.nextInt(1 << random.nextInt(10));
            baton.sleep(during.runner(), during.runners(), steps);
        }
    }

    private void foreignCommit(String name) {
        if (lake.has(name)) {
            table(name).newFastAppend().commit();
        }
    }

    private void foreignDelete(Table table, String source) {
        long lsn = CutProperties.applied(table).lsn();
        new ForeignDelete(table, files, random).run(keys -> {
            script.add("rows %s of %s are deleted in the lake".formatted(keys, source));
            expected.deleted(source, keys, lsn);
        });
    }

    private void expire(String name) {
        if (lake.has(name)) {
            table(name)
                    .expireSnapshots()
                    .expireOlderThan(Long.MAX_VALUE)
                    .retainLast(1)
                    .commit();
        }
    }

    @Override
    public void late(String what, Runnable commit) {
        late.add(new Late(what, commit));
    }

    private void arrive() {
        for (Late each : late) {
            try {
                each.commit().run();
                processes.disturbAll();
                script.add(each.what() + " arrives late");
            } catch (CommitFailedException e) {
                script.add(each.what() + " arrives late and is refused");
            }
        }
        late.clear();
    }

    private Table table(String name) {
        return lake.as(null).table(name);
    }

    private void committed(String name) {
        invariants.check(table(name), name);
    }

    private void acknowledged(SourcePosition position) {
        for (String name : Invariants.TABLES) {
            for (int partition = 0; partition < MOST_PARTITIONS; partition++) {
                String token = "%s.%s/%d".formatted(SmallLake.PREFIX, Invariants.source(name), partition);
                @Nullable String next = position.tokens().get(token);
                if (next != null) {
                    invariants.checkAcknowledged(
                            table(name + Invariants.LOG), Invariants.source(name), partition, Integer.parseInt(next));
                }
            }
        }
    }
}
