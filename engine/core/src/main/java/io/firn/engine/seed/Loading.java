package io.firn.engine.seed;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.engine.seed.SeedSource.PartReader;
import io.firn.workbench.Workbench;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Reads the parts that are missing, several at a time. */
final class Loading {
    /** How long a source may be away before the load gives up; it can be resumed after that. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Workbench workbench;
    private final SeedSource source;
    private final SeedSettings settings;
    private final SeedListener listener;
    private final Noter noter;
    private final Queue<Work> queue = new ConcurrentLinkedQueue<>();
    private volatile boolean failed;

    Loading(Workbench workbench, SeedSource source, SeedSettings settings, SeedListener listener, Noter noter) {
        this.workbench = workbench;
        this.source = source;
        this.settings = settings;
        this.listener = listener;
        this.noter = noter;
    }

    private record Work(TableSeed table, SeedPart part) {}

    /** Returns when all parts are in the lake, but for those of tables that have changed. */
    void run(List<TableSeed> tables) {
        long total = 0;
        long missing = 0;
        for (TableSeed table : tables) {
            List<SeedPart> parts = table.missing();
            total += table.plan().rows();
            missing += parts.stream().mapToLong(SeedPart::rows).sum();
            parts.forEach(part -> queue.add(new Work(table, part)));
        }
        listener.planned(total, total - missing);
        int threads = Math.min(settings.connections(), queue.size());
        if (threads == 0) {
            return;
        }
        ExecutorService workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "firn-seed");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(workers.submit(this::work));
            }
            await(running);
        } finally {
            failed = true;
            workers.shutdownNow();
        }
    }

    private static void await(List<Future<?>> running) {
        FirnException first = null;
        for (Future<?> worker : running) {
            try {
                worker.get();
            } catch (InterruptedException e) {
                throw FirnException.interrupted("loading tables", e);
            } catch (ExecutionException e) {
                FirnException failure = e.getCause() instanceof FirnException known
                        ? known
                        : FirnException.internal(String.valueOf(e.getMessage()), e.getCause());
                first = first == null || first.code() == ErrorCode.INTERRUPTED ? failure : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void work() {
        try (Worker worker = new Worker()) {
            Work next = queue.poll();
            while (next != null && !failed) {
                noter.requireWorking();
                if (next.table().changed() == null) {
                    worker.load(next);
                }
                next = queue.poll();
            }
        } catch (RuntimeException e) {
            failed = true;
            throw e;
        }
    }

    /** One thread's connections. */
    private final class Worker implements AutoCloseable {
        private final DuckDBConnection duck = workbench.duck().connect();
        private @Nullable PartReader reader;

        void load(Work work) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                try {
                    attempt(work);
                    return;
                } catch (TableChangedException e) {
                    work.table().changed(String.valueOf(e.getMessage()));
                    return;
                } catch (FirnException e) {
                    closeReader();
                    boolean mayPass = e.code() == ErrorCode.SOURCE_UNAVAILABLE && System.nanoTime() < deadline;
                    if (!mayPass || failed) {
                        throw e;
                    }
                    pause();
                }
            }
        }

        private void attempt(Work work) throws TableChangedException {
            TableSeed table = work.table();
            SeedPart part = work.part();
            PartReader open = reader == null ? source.reader() : reader;
            reader = open;
            String name = "%s-%d".formatted(table.name(), part.number());
            try (CsvChunks rows = new CsvChunks(settings.folder(), name, this::passed)) {
                open.read(table.source(), table.plan(), part, rows);
                RowsOut.Written written = table.out(duck, settings.folder()).write(table.columns(), rows.end());
                table.limits().reject(written.misfits());
                if (!written.misfits().isEmpty()) {
                    table.rejects().write(part.number(), written.misfits());
                }
                table.branch()
                        .finish(
                                part.number(),
                                written.files(),
                                written.misfits().size());
            }
            listener.finished(table.name(), part);
        }

        private void passed(long rows) {
            if (failed) {
                throw new FirnException(ErrorCode.INTERRUPTED, "the load ends because another part failed");
            }
            settings.throttle().pass(rows);
            listener.read(rows);
        }

        private void pause() {
            try {
                Thread.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) {
                throw FirnException.interrupted("waiting for the source", e);
            }
        }

        private void closeReader() {
            PartReader open = reader;
            reader = null;
            if (open != null) {
                open.close();
            }
        }

        @Override
        public void close() {
            closeReader();
            try {
                duck.close();
            } catch (SQLException e) {
                throw FirnException.internal("a connection could not be closed", e);
            }
        }
    }
}
