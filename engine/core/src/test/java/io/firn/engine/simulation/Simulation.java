package io.firn.engine.simulation;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.SourcePosition;
import io.firn.engine.index.KeyStore;
import io.firn.engine.ingest.FakePostgres;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.IngestSetup;
import io.firn.engine.ingest.SmallLake;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;

/**
 * One run of the writer against a random source, with faults at random steps, after each of which a new process takes
 * over. The seed decides everything; {@link #script()} says what it decided.
 */
final class Simulation {
    private static final int PROCESSES = 6;
    private static final int KEYS = 30;

    private final Random random;
    private final SmallLake small;
    private final Databases databases;
    private final MemorySource source = new MemorySource();
    private final FakePostgres postgres = new FakePostgres(source, SmallLake.PREFIX);
    private final Invariants invariants = new Invariants(postgres);
    private final List<String> script = new ArrayList<>();
    private final Map<String, SimulatedKeys> stores = new HashMap<>();
    private final SimulatedCatalog catalog;
    private int processes;
    private int days;
    private boolean taken;

    Simulation(long seed, Path folder, Databases databases) throws IOException {
        this.random = new Random(seed);
        this.databases = databases;
        int format = random.nextInt(4) == 0 ? 2 : 3;
        int rows = 5 + random.nextInt(100);
        script.add("seed %d: format %d, a cut closes with %d changes".formatted(seed, format, rows));
        this.small = new SmallLake(folder, format, rows);
        this.catalog = new SimulatedCatalog(folder.resolve("warehouse"), this::committed);
        catalog.createNamespace(Namespace.of("t"));
    }

    /** @return what was decided, in order */
    List<String> script() {
        return script;
    }

    void run() {
        for (int i = 0; i < PROCESSES; i++) {
            transactions(1 + random.nextInt(12));
            process(plan());
        }
        taken = true;
        postgres.begin()
                .put("public.item", 1, "the end", 1)
                .put("public.stock", 1, "the end", 1)
                .commit();
        process(new TreeMap<>());
        for (String name : Invariants.TABLES) {
            invariants.checkEnd(observed(name), name);
            invariants.checkEndOfLog(observed(name + "_changes"), name + "_changes");
        }
    }

    private NavigableMap<Integer, Steps.Strike> plan() {
        NavigableMap<Integer, Steps.Strike> plan = new TreeMap<>();
        Steps.Strike[] strikes = Steps.Strike.values();
        for (int i = random.nextInt(4); i >= 0; i--) {
            plan.put(1 + random.nextInt(20 << random.nextInt(6)), strikes[random.nextInt(strikes.length)]);
        }
        return plan;
    }

    /** Lives until it has caught up, some more transactions included, or until something strikes it. */
    private void process(NavigableMap<Integer, Steps.Strike> plan) {
        String name = "process " + ++processes;
        Steps steps = new Steps(name, plan, script, this::others);
        Steps before = catalog.runAs(steps);
        DuckDatabase database = databases.take();
        Ingest ingest = null;
        try {
            ingest = new Ingest(setup(steps, database), 1);
            ingest.runUntilCaughtUp();
            if (!plan.isEmpty()) {
                transactions(random.nextInt(5));
                ingest.runUntilCaughtUp();
            }
        } catch (SimulatedCrash e) {
            script.add(name + " is dead");
        } catch (Invariants.BrokenInvariant e) {
            throw e;
        } catch (RuntimeException e) {
            script.add(name + " gives up: " + e.getMessage());
            boolean expected = !plan.isEmpty() && isSimulated(e);
            if (!expected) {
                throw e;
            }
        } finally {
            catalog.runAs(before);
            if (ingest != null) {
                ingest.close();
            }
            databases.giveBack(database);
        }
    }

    private boolean isSimulated(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            boolean fenced = taken && cause instanceof FirnException firn && firn.code() == ErrorCode.FENCED;
            if (fenced || String.valueOf(cause.getMessage()).contains("simulated")) {
                return true;
            }
        }
        return false;
    }

    private IngestSetup setup(Steps steps, DuckDatabase database) {
        IngestSetup plain = small.setup(
                new Lake(catalog, Namespace.of("t")),
                database,
                new SimulatedSource(source, random, steps, this::acknowledged),
                table -> keys(table, steps),
                IngestListener.NONE);
        return new IngestSetup(
                plain.config(),
                plain.lake(),
                plain.database(),
                plain.source(),
                plain.tables(),
                plain.keyStores(),
                (io, files) -> {
                    steps.step("read data");
                    return plain.stage().stage(io, files);
                },
                plain.clock(),
                plain.listener());
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

    private void others(Steps.Strike strike) {
        Steps before = catalog.runAs(null);
        String table = Invariants.TABLES.get(random.nextInt(2));
        boolean exists = catalog.tableExists(new Lake(catalog, Namespace.of("t")).identifier(table));
        try {
            switch (strike) {
                case FOREIGN_COMMIT -> {
                    if (exists) {
                        String name = random.nextBoolean() ? table : table + "_changes";
                        if (catalog.tableExists(new Lake(catalog, Namespace.of("t")).identifier(name))) {
                            observed(name).newFastAppend().commit();
                        }
                    }
                }
                case FOREIGN_REWRITE -> {
                    if (exists) {
                        new ForeignRewrite(observed(table)).run();
                    }
                }
                case TAKEOVER -> {
                    taken = true;
                    transactions(random.nextInt(4));
                    process(random.nextInt(3) == 0 ? plan() : new TreeMap<>());
                }
                default -> throw new IllegalArgumentException(strike.name());
            }
        } finally {
            catalog.runAs(before);
        }
    }

    private Table observed(String name) {
        Steps before = catalog.runAs(null);
        try {
            return new Lake(catalog, Namespace.of("t")).table(name);
        } finally {
            catalog.runAs(before);
        }
    }

    private void committed(String name) {
        invariants.check(observed(name), name);
    }

    private void acknowledged(SourcePosition position) {
        for (String name : Invariants.TABLES) {
            String topic = SmallLake.PREFIX + ".public." + name;
            String token = position.tokens().get(topic + "/0");
            if (token == null) {
                continue;
            }
            source.start(SourcePosition.EMPTY);
            long lsn = source.poll(java.time.Duration.ZERO).stream()
                    .filter(record -> record.topic().equals(topic) && record.offset() < Long.parseLong(token))
                    .mapToLong(record -> lsn(record.value()))
                    .max()
                    .orElse(0);
            invariants.checkAcknowledged(position, observed(name + "_changes"), "public." + name, lsn);
        }
    }

    private static long lsn(byte @org.jspecify.annotations.Nullable [] value) {
        if (value == null) {
            return 0;
        }
        String text = new String(value, java.nio.charset.StandardCharsets.UTF_8);
        int at = text.indexOf("\"lsn\":") + 6;
        return Long.parseLong(text.substring(at, text.indexOf(',', at)));
    }

    private void transactions(int count) {
        for (int i = 0; i < count; i++) {
            transaction();
            if (random.nextInt(12) == 0) {
                int again = 1 + random.nextInt(5);
                int partly = random.nextInt(4);
                script.add("the last %d transactions are delivered again".formatted(again));
                postgres.redeliver(again, partly);
            }
        }
    }

    private void transaction() {
        FakePostgres.Transaction transaction = postgres.begin();
        int changes = random.nextInt(15) == 0 ? 60 : random.nextInt(8);
        for (int i = 0; i < changes; i++) {
            String table = random.nextBoolean() ? "public.item" : "public.stock";
            long id = random.nextInt(KEYS);
            switch (random.nextInt(40)) {
                case 0 -> transaction.truncate(table);
                case 1, 2, 3, 4, 5, 6 -> transaction.delete(table, id);
                case 7, 8, 9 -> transaction.move(table, id, random.nextInt(KEYS));
                default -> transaction.put(table, id, "n" + random.nextInt(1000), random.nextInt(100_000));
            }
        }
        if (random.nextInt(10) == 0) {
            transaction.message(
                    "firn.day-close",
                    java.time.LocalDate.of(2026, 1, 1).plusDays(days++).toString());
        }
        transaction.commit();
    }
}
