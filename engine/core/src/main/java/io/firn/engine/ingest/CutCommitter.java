package io.firn.engine.ingest;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.Cut;
import io.firn.catalog.FirnException;
import io.firn.catalog.WriterId;
import io.firn.engine.buffer.CutRows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Logs and applies a cut in all its tables, several at a time. Each step ends only when every table has ended it. */
final class CutCommitter implements AutoCloseable {
    static final int MAX_THREADS = 4;

    private final ExecutorService workers;
    private final IngestListener listener;
    private final WriterId writer;
    private final Map<TableIngest, CommittedCut> committed = new ConcurrentHashMap<>();

    private CutCommitter(int threads, IngestListener listener, WriterId writer) {
        this.listener = listener;
        this.writer = writer;
        this.workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "firn-table-writer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Claims the change logs of all tables, for a writer that comes after all who claimed one of them before. Writers
     * that start at the same time meet at the first log, so only that is claimed alone.
     *
     * @param threads how many tables may be written at a time
     */
    static CutCommitter claiming(Collection<TableIngest> tables, int threads, IngestListener listener) {
        List<TableIngest> inOrder =
                tables.stream().sorted(Comparator.comparing(TableIngest::name)).toList();
        long last = inOrder.stream()
                .mapToLong(table -> WriterId.epochOf(table.writer().changes()))
                .max()
                .orElse(0);
        CutCommitter committer = new CutCommitter(threads, listener, WriterId.after(last));
        try {
            committer.claim(inOrder.subList(0, Math.min(1, inOrder.size())));
            committer.claim(inOrder.subList(Math.min(1, inOrder.size()), inOrder.size()));
            return committer;
        } catch (RuntimeException | Error e) {
            committer.close();
            throw e;
        }
    }

    private void claim(List<TableIngest> tables) {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        tables.forEach(table -> tasks.add(() -> {
            table.writer().claim(writer);
            return true;
        }));
        all(tasks);
    }

    /** Makes the cut durable: after this the source may forget it. */
    List<CommitReceipt> log(Cut cut, Map<TableIngest, CutRows> rows) {
        List<Callable<CommitReceipt>> tasks = new ArrayList<>();
        rows.forEach((table, changes) -> tasks.add(() -> {
            listener.logging(table.name(), cut);
            long before = table.writer().logged().number();
            CommitReceipt receipt = table.writer().log(changes, cut, writer);
            committed.put(table, committed(table, before, receipt, changes));
            listener.logged(table.name(), receipt, changes.count());
            table.ruled(cut).forEach(listener::ruled);
            return receipt;
        }));
        return all(tasks);
    }

    private static CommittedCut committed(TableIngest table, long before, CommitReceipt receipt, CutRows rows) {
        return new CommittedCut(
                table.name(),
                table.writer().current().uuid().toString(),
                before,
                receipt,
                table.writer().changes().schema(),
                rows,
                table.writer().asLogged(receipt.cut()));
    }

    /** Folds the cut into the current tables and lets go of the rows, which the listener may take over. */
    void apply(Cut cut, Map<TableIngest, CutRows> rows) {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        rows.forEach((table, changes) -> tasks.add(() -> {
            CommittedCut logged = committed.remove(table);
            boolean isTaken = false;
            try {
                listener.applying(table.name(), cut);
                table.writer()
                        .apply(changes, table.share(cut))
                        .ifPresent(receipt -> listener.applied(table.name(), receipt));
                isTaken = logged != null && listener.takes(logged);
            } finally {
                if (!isTaken) {
                    changes.close();
                }
            }
            return true;
        }));
        all(tasks);
    }

    private <T> List<T> all(List<Callable<T>> tasks) {
        try {
            List<T> results = new ArrayList<>();
            Throwable failure = null;
            for (Future<T> future : workers.invokeAll(tasks)) {
                try {
                    results.add(future.get());
                } catch (ExecutionException e) {
                    failure = worse(failure, Objects.requireNonNullElse(e.getCause(), e));
                }
            }
            if (failure != null) {
                throw rethrown(failure);
            }
            return results;
        } catch (InterruptedException e) {
            throw FirnException.interrupted("committing a cut", e);
        }
    }

    private static Throwable worse(@Nullable Throwable first, Throwable next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    private static RuntimeException rethrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException runtime
                ? runtime
                : FirnException.internal(String.valueOf(failure.getMessage()), failure);
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
