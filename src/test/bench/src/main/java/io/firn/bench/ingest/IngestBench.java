package io.firn.bench.ingest;

import com.sun.management.OperatingSystemMXBean;
import io.firn.catalog.CommitReceipt;
import io.firn.catalog.Cut;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.kafka.KafkaSettings;
import io.firn.engine.kafka.KafkaSource;
import io.firn.workbench.CachedFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The writer ingests the workload from a Kafka broker, which runs in a process of its own, and the table's rows are
 * compared with those the workload must leave behind. Prints one line of JSON; CPU time is that of this process from
 * the first record to the last commit.
 *
 * <p>Options: {@code --events} (1000000), {@code --snapshot} (a third of them, at most 1000000), {@code --seed} (42),
 * {@code --commit} ("interval: 10s, rows: 10000000, bytes: 16GB"), {@code --format-version} (3), {@code --rules} (0, at
 * most 20: row rules that every row meets), {@code --kafka-dir DIR} for topics that are kept and used again,
 * {@code --dir DIR} for the lake; by default both are temporary. {@code --flink src/test/bench/flink/run} lets Flink's
 * upsert sink do the same afterwards, from the same broker, and prints its line of JSON.
 */
public final class IngestBench {
    private static final Set<String> OPTIONS = Set.of(
            "--events",
            "--snapshot",
            "--seed",
            "--commit",
            "--format-version",
            "--kafka-dir",
            "--dir",
            "--rules",
            "--flink");

    private final Map<String, String> options;
    private final Shape shape;

    private IngestBench(Map<String, String> options) {
        this.options = options;
        int events = Integer.parseInt(options.getOrDefault("--events", "1000000"));
        int snapshot = Integer.parseInt(options.getOrDefault("--snapshot", "" + Math.min(events / 3, 1_000_000)));
        this.shape = new Shape(Long.parseLong(options.getOrDefault("--seed", "42")), snapshot, events - snapshot, 0.99);
    }

    /** See the class for the options. */
    public static void main(String[] args) throws IOException, SQLException {
        new IngestBench(options(args)).run();
    }

    private static Map<String, String> options(String... args) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        if (args.length % 2 != 0 || !OPTIONS.containsAll(options.keySet())) {
            throw new IllegalArgumentException("Understands " + OPTIONS + " but was given " + List.of(args));
        }
        return options;
    }

    private Path folder(String option) throws IOException {
        String given = options.get(option);
        return given == null ? Files.createTempDirectory("firn-ingest") : Path.of(given);
    }

    private void run() throws IOException, SQLException {
        String commit = options.getOrDefault("--commit", "interval: 10s, rows: 10000000, bytes: 16GB");
        String rules = ProductRules.some(Integer.parseInt(options.getOrDefault("--rules", "0")));
        int version = Integer.parseInt(options.getOrDefault("--format-version", "3"));
        try (BrokerProcess broker = BrokerProcess.with(shape, folder("--kafka-dir"));
                BenchLake lake = new BenchLake(folder("--dir"), broker.address(), version, commit, rules);
                CachedFiles stage = new CachedFiles(lake.config.workbench());
                KafkaSource source = new KafkaSource(KafkaSettings.of(lake.config))) {
            Counting counting = new Counting();
            try (Ingest ingest = new Ingest(lake.setup(stage, source, counting))) {
                long cpuBefore = cpuNanos();
                double brokerBefore = broker.cpuSeconds();
                double readerBefore = readerSeconds();
                ThreadTimes threadsBefore = ThreadTimes.now();
                long before = System.nanoTime();
                ingest.runUntilCaughtUp();
                double seconds = (System.nanoTime() - before) / 1e9;
                double cpuSeconds = (cpuNanos() - cpuBefore) / 1e9;
                System.err.printf(
                        "CPU seconds of the reading thread: %.1f; by thread: %s%n",
                        readerSeconds() - readerBefore, ThreadTimes.now().since(threadsBefore));
                print(lake, counting, seconds, cpuSeconds, broker.cpuSeconds() - brokerBefore);
            }
            TableState.Digest found = lake.digest();
            requireExpected(found);
            String flink = options.get("--flink");
            if (flink != null) {
                System.out.println(FlinkPeer.run(flink, broker.address(), found));
            }
        }
    }

    private void print(BenchLake lake, Counting counting, double seconds, double cpuSeconds, double brokerCpuSeconds) {
        long events = counting.changes.get();
        System.out.println(String.format(
                Locale.ROOT,
                """
                {"bench":"ingest","events":%d,"seconds":%.1f,"cpuSeconds":%.1f,"brokerCpuSeconds":%.1f,\
                "eventsPerSecond":%.0f,"eventsPerCpuSecond":%.0f,"commits":%d,"deletionVectors":%d,\
                "positionDeleteFiles":%d,"equalityDeleteFiles":%d,"formatVersion":%s,"changeLog":true,"rules":%s,"processors":%d}\
                """,
                events,
                seconds,
                cpuSeconds,
                brokerCpuSeconds,
                events / seconds,
                events / cpuSeconds,
                counting.cuts.get(),
                lake.summed("added-dvs"),
                lake.summed("added-position-delete-files"),
                lake.summed("added-equality-delete-files"),
                options.getOrDefault("--format-version", "3"),
                options.getOrDefault("--rules", "0"),
                Runtime.getRuntime().availableProcessors()));
    }

    private void requireExpected(TableState.Digest found) {
        TableState.Digest expected = IngestWorkload.expectedState(shape).digest();
        if (!found.equals(expected)) {
            throw new IllegalStateException("the table is %s but must be %s".formatted(found, expected));
        }
        System.err.println("the table is as expected: " + found);
    }

    private static double readerSeconds() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static final class Counting implements IngestListener {
        private final long started = cpuNanos();
        private final AtomicLong changes = new AtomicLong();
        private final AtomicLong cuts = new AtomicLong();

        @Override
        public void logged(String table, CommitReceipt receipt, long changesInCut) {
            say("%d changes are in the log".formatted(changesInCut));
        }

        @Override
        public void applied(String table, CommitReceipt receipt) {
            say("and in the table");
        }

        private void say(String what) {
            System.err.printf("after %.1f CPU seconds: %s%n", (cpuNanos() - started) / 1e9, what);
        }

        @Override
        public void finished(Cut cut, long changesInCut) {
            changes.addAndGet(changesInCut);
            cuts.incrementAndGet();
        }
    }
}
