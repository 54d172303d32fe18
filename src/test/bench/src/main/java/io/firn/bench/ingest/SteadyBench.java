package io.firn.bench.ingest;

import static java.util.Objects.requireNonNull;

import com.sun.management.OperatingSystemMXBean;
import io.firn.catalog.Cut;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import io.firn.compactor.plan.PlanRules;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.kafka.KafkaSettings;
import io.firn.engine.kafka.KafkaSource;
import io.firn.workbench.AsOf;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.Scan;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Changes arrive at the pace of a day's load, and the writer commits every ten seconds. Prints how long it took from
 * each change's arrival at the broker's door to the commit that shows it, what a full read costs right after the last
 * commit and after a compaction of everything, and what the writer used. Ends with an error when the table is not what
 * the workload must leave behind.
 *
 * <p>Arguments: rows of the snapshot (1000000), seconds (300), changes a second (93), how many times as many in the
 * last ten seconds of each minute (10), the commit interval (10s).
 */
public final class SteadyBench {
    private static final int READS = 5;

    private final int rows;
    private final int perSecond;
    private final int burst;
    private final String interval;
    private final int changes;

    private SteadyBench(List<String> arguments) {
        this.rows = number(arguments, 0, 1_000_000);
        int seconds = number(arguments, 1, 300);
        this.perSecond = number(arguments, 2, 93);
        this.burst = number(arguments, 3, 10);
        this.interval = arguments.size() > 4 ? arguments.get(4) : "10s";
        this.changes = PacedChanges.changes(seconds, perSecond, burst);
    }

    private static int number(List<String> arguments, int place, int otherwise) {
        return arguments.size() > place ? Integer.parseInt(arguments.get(place)) : otherwise;
    }

    /** See the class. */
    public static void main(String[] arguments)
            throws IOException, SQLException, ExecutionException, InterruptedException {
        new SteadyBench(List.of(arguments)).run();
    }

    private void run() throws IOException, SQLException, ExecutionException, InterruptedException {
        Path folder = Files.createTempDirectory("firn-steady");
        Messages messages = Messages.defaults();
        Shape shape = new Shape(42, rows, changes, 0.99);
        try (BrokerProcess broker = BrokerProcess.on(folder.resolve("kafka"))) {
            createTopics(broker.address(), messages);
            try (BenchLake lake = new BenchLake(folder.resolve("lake"), broker.address(), 3, "interval: " + interval);
                    CachedFiles stage = new CachedFiles(lake.config.workbench());
                    KafkaSource source = new KafkaSource(KafkaSettings.of(lake.config))) {
                measure(lake, stage, source, shape, messages);
            }
        }
    }

    private static void createTopics(String address, Messages messages)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(List.of(
                            new NewTopic(messages.changeTopic(), messages.partitions(), (short) 1),
                            new NewTopic(messages.transactionTopic(), 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    private void measure(BenchLake lake, CachedFiles stage, KafkaSource source, Shape shape, Messages messages)
            throws IOException, SQLException {
        Arrivals arrivals = new Arrivals();
        KafkaSink sink = new KafkaSink(requireNonNull(lake.config.source().bootstrapServers()), messages.compression());
        PacedChanges paced = new PacedChanges(
                new MessageWriter(sink, messages, rows), perSecond, burst, changes, arrivals.snapshotTaken);
        try (Ingest ingest = new Ingest(lake.setup(stage, source, arrivals))) {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(ingest::run);
            writer.whenComplete((nothing, failure) -> endWith(failure));
            TableState expected;
            try (sink) {
                expected = Workload.play(shape, paced);
            }
            double busy = arrivals.cpuSeconds();
            arrivals.awaitAll();
            ingest.stop();
            writer.join();
            TableState.Digest found = lake.digest();
            if (!found.equals(expected.digest())) {
                throw new IllegalStateException("the table is %s but must be %s".formatted(found, expected.digest()));
            }
            Read after = read(lake);
            PlanRules everything = new PlanRules(256L << 20, 1.0, 1e-9, 1, 1000, Long.MAX_VALUE, Long.MAX_VALUE);
            try (Compaction compaction = Compaction.open(everything, lake.config.workbench())) {
                CompactionResult result = compaction.run(lake.product());
                if (!result.failed().isEmpty()) {
                    throw new IllegalStateException(result.toString());
                }
            }
            print(arrivals.delays(paced.happenedNanos()), arrivals, busy, after, read(lake));
        }
    }

    /** Whoever waits for a writer that has failed would wait forever. */
    private static void endWith(@Nullable Throwable failure) {
        if (failure != null) {
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private void print(double[] delays, Arrivals arrivals, double busy, Read after, Read compacted) {
        System.out.println(String.format(
                Locale.ROOT,
                """
                {"bench":"ingest-steady","rows":%d,"changes":%d,"perSecond":%d,"burst":%d,"commits":%d,"p50Seconds":%.1f,\
                "p95Seconds":%.1f,"maxSeconds":%.1f,"cpuSeconds":%.1f,"readFiles":%d,"readCpuSeconds":%.2f,\
                "readSeconds":%.2f,"compactedFiles":%d,"compactedReadCpuSeconds":%.2f,"compactedReadSeconds":%.2f,\
                "cpuRatio":%.2f,"timeRatio":%.2f}""",
                rows,
                changes,
                perSecond,
                burst,
                arrivals.commits(),
                percentile(delays, 50),
                percentile(delays, 95),
                delays[delays.length - 1],
                busy,
                after.files(),
                after.cpuSeconds(),
                after.seconds(),
                compacted.files(),
                compacted.cpuSeconds(),
                compacted.seconds(),
                after.cpuSeconds() / compacted.cpuSeconds(),
                after.seconds() / compacted.seconds()));
    }

    private static double percentile(double[] sorted, int percent) {
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    /** What reading every value of the table cost, the median of some times. */
    private record Read(long files, double cpuSeconds, double seconds) {}

    private static Read read(BenchLake lake) throws SQLException {
        double[] cpu = new double[READS];
        double[] seconds = new double[READS];
        for (int i = 0; i < READS; i++) {
            double cpuBefore = cpuNow();
            long before = System.nanoTime();
            readOnce(lake);
            seconds[i] = (System.nanoTime() - before) / 1e9;
            cpu[i] = cpuNow() - cpuBefore;
        }
        Arrays.sort(cpu);
        Arrays.sort(seconds);
        var table = lake.product();
        long files = Long.parseLong(table.currentSnapshot().summary().get("total-data-files"));
        return new Read(files, cpu[READS / 2], seconds[READS / 2]);
    }

    private static void readOnce(BenchLake lake) throws SQLException {
        try (Workbench workbench = new Workbench(lake.database, lake.config.workbench());
                DuckDBConnection connection = lake.database.connect();
                TableView view = workbench.view(connection, "everything", Scan.of(lake.product(), new AsOf.Head()));
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT bit_xor(hash(COLUMNS(*))) FROM \"%s\"".formatted(view.name()))) {
            row.next();
        }
    }

    private static double cpuNow() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    /** Notes which changes are readable, and since when. */
    private final class Arrivals implements IngestListener {
        final CountDownLatch snapshotTaken = new CountDownLatch(1);
        private final CountDownLatch all = new CountDownLatch(1);
        private final double[] readableNanos = new double[changes];
        private long readable;
        private int commits;
        private double cpuAtSnapshot;

        @Override
        public synchronized void finished(Cut cut, long changesInCut) {
            long now = System.nanoTime();
            long before = readable;
            readable += changesInCut;
            for (long i = Math.max(0, before - rows); i < readable - rows; i++) {
                readableNanos[(int) i] = now;
            }
            commits += before >= rows ? 1 : 0;
            if (before < rows && readable >= rows) {
                cpuAtSnapshot = cpuNow();
                snapshotTaken.countDown();
            }
            if (readable == rows + changes) {
                all.countDown();
            }
        }

        void awaitAll() {
            try {
                all.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }

        synchronized double cpuSeconds() {
            return cpuNow() - cpuAtSnapshot;
        }

        synchronized int commits() {
            return commits;
        }

        /** @return how long each change took to be readable, in seconds, sorted */
        synchronized double[] delays(long[] happenedNanos) {
            double[] delays = new double[changes];
            for (int i = 0; i < changes; i++) {
                delays[i] = (readableNanos[i] - happenedNanos[i]) / 1e9;
            }
            Arrays.sort(delays);
            return delays;
        }
    }
}
