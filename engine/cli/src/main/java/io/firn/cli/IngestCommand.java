package io.firn.cli;

import static java.util.Objects.requireNonNull;

import io.firn.catalog.Cut;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.WarehouseCheck;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.Progress;
import io.firn.cli.wiring.Wiring;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.OpenSetup;
import io.firn.engine.ingest.ReplayRequests;
import io.firn.engine.ingest.StandingIngest;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code firn ingest}. */
@Command(
        name = "ingest",
        header = "Reads the source and writes the lake.",
        description = "Goes on until it is stopped; what is not committed then is read again the next time.",
        footer = "  firn -c shop/firn.yaml ingest --until-caught-up")
final class IngestCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = "--until-caught-up",
            description = "Stop when everything that was in the source at the start is committed.")
    private boolean untilCaughtUp;

    IngestCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        WarehouseCheck.requireWritable(config.lake().catalog(), ".firn-ingest-" + UUID.randomUUID());
        try (Progress progress = session.progress();
                Lake lake = Lake.open(config.lake());
                DuckDatabase database = DuckDatabase.open(config.workbench());
                CachedFiles files = new CachedFiles(config.workbench())) {
            Counting counting = new Counting(progress);
            Supplier<OpenSetup> setup =
                    () -> new OpenSetup(Wiring.ingest(config, lake, database, files, Wiring.source(config), counting));
            progress.begin("opening " + config.tables().size() + " tables");
            if (untilCaughtUp) {
                catchUp(setup, counting);
            } else {
                run(setup, new ReplayRequests(config, lake, database, Clock.systemUTC()), counting);
            }
        }
        return 0;
    }

    private void catchUp(Supplier<OpenSetup> setup, Counting counting) {
        try (OpenSetup parts = setup.get();
                Ingest ingest = new Ingest(parts.setup())) {
            ingest.runUntilCaughtUp();
            report(End.of(ingest), counting);
        }
    }

    private void run(Supplier<OpenSetup> setup, ReplayRequests requests, Counting counting) {
        StandingIngest ingest = new StandingIngest(setup, requests, StandingIngest.LOOK);
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> stop(ingest, ended), "firn-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        AtomicReference<End> end = new AtomicReference<>(End.NONE);
        try (requests) {
            ingest.run(() -> {}, last -> end.set(End.of(last)));
            report(requireNonNull(end.get()), counting);
        } finally {
            ended.countDown();
        }
    }

    /** How it ended: the number of the last cut, and a line for each stopped table. */
    private record End(long cut, List<String> stopped) {
        static final End NONE = new End(0, List.of());

        static End of(Ingest ingest) {
            return new End(ingest.last().number(), ingest.stopped());
        }
    }

    private void report(End end, Counting counting) {
        session.note("%,d changes in %,d cuts; the lake is at cut %d"
                .formatted(counting.changes.get(), counting.cuts.get(), end.cut()));
        if (!end.stopped().isEmpty()) {
            throw FirnException.ofAll(ErrorCode.TABLE_STOPPED, end.stopped());
        }
    }

    /** On a signal, the cut under way is finished before the process ends. */
    private static void stop(StandingIngest ingest, CountDownLatch ended) {
        ingest.stop();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Counting implements IngestListener {
        private final Progress progress;
        private final AtomicLong changes = new AtomicLong();
        private final AtomicLong cuts = new AtomicLong();

        Counting(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void finished(Cut cut, long changesInCut) {
            cuts.incrementAndGet();
            progress.begin("%,d changes in the lake, cut %d".formatted(changes.addAndGet(changesInCut), cut.number()));
        }
    }
}
