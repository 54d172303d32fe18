package io.firn.cli;

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
import io.firn.engine.source.ChangeSource;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
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
                CachedFiles files = new CachedFiles(config.workbench());
                ChangeSource source = Wiring.source(config)) {
            Counting counting = new Counting(progress);
            progress.begin("opening " + config.tables().size() + " tables");
            try (Ingest ingest = new Ingest(Wiring.ingest(config, lake, database, files, source, counting))) {
                run(ingest);
                session.note("%,d changes in %,d cuts; the lake is at cut %d"
                        .formatted(
                                counting.changes.get(),
                                counting.cuts.get(),
                                ingest.last().number()));
                if (!ingest.stopped().isEmpty()) {
                    throw FirnException.ofAll(ErrorCode.TABLE_STOPPED, ingest.stopped());
                }
            }
        }
        return 0;
    }

    private void run(Ingest ingest) {
        if (untilCaughtUp) {
            ingest.runUntilCaughtUp();
            return;
        }
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> stop(ingest, ended), "firn-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            ingest.run();
        } finally {
            ended.countDown();
        }
    }

    /** On a signal, the cut under way is finished before the process ends. */
    private static void stop(Ingest ingest, CountDownLatch ended) {
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
