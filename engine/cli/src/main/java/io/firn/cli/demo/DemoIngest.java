package io.firn.cli.demo;

import io.firn.catalog.Cut;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.wiring.Wiring;
import io.firn.engine.ingest.Ingest;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.source.ChangeSource;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The writer on a thread of its own, and what the demo waits for. */
final class DemoIngest implements AutoCloseable {
    private final CachedFiles files;
    private final ChangeSource source;
    private final Ingest ingest;
    private final Thread thread;
    private final Set<String> tags = new HashSet<>();
    private long changes;
    private long cuts;
    private @Nullable Throwable failure;

    /** Opens the tables, which makes them, and begins to write. */
    DemoIngest(FirnConfig config, Lake lake, DuckDatabase database, LongConsumer progress) {
        files = new CachedFiles(config.workbench());
        source = Wiring.source(config);
        ingest = new Ingest(Wiring.ingest(config, lake, database, files, source, new IngestListener() {
            @Override
            public void finished(Cut cut, long changesInCut) {
                note(cut, changesInCut);
                progress.accept(changesInCut);
            }
        }));
        thread = new Thread(this::run, "firn-demo-ingest");
        thread.start();
    }

    private void run() {
        try {
            ingest.run();
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private synchronized void note(Cut cut, long changesInCut) {
        changes += changesInCut;
        cuts++;
        tags.addAll(cut.closes());
        notifyAll();
    }

    private synchronized void fail(Throwable cause) {
        failure = cause;
        notifyAll();
    }

    synchronized long changes() {
        return changes;
    }

    synchronized long cuts() {
        return cuts;
    }

    /** Waits until a day is tagged in every table. */
    synchronized void awaitDay(LocalDate day, Duration patience) throws InterruptedException {
        String tag = Ingest.DAY_TAG_PREFIX + day;
        long deadline = System.nanoTime() + patience.toNanos();
        while (!tags.contains(tag)) {
            if (failure != null) {
                throw rethrown(Objects.requireNonNull(failure));
            }
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new FirnException(
                        ErrorCode.CHECK_FAILED, "%s was not closed within %d s".formatted(day, patience.toSeconds()));
            }
            wait(left);
        }
    }

    private static RuntimeException rethrown(Throwable failure) {
        return failure instanceof RuntimeException runtime
                ? runtime
                : FirnException.internal("the writer ended", failure);
    }

    @Override
    public void close() {
        ingest.stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw FirnException.interrupted("stopping the writer", e);
        }
        ingest.close();
        source.close();
        files.close();
    }
}
