package io.firn.compactor;

import io.firn.catalog.FirnException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compactions of several tables that take turns, in order, so that none waits for all of another's work. One that fails
 * does not keep the others from theirs.
 */
final class FairRun {
    private final Deque<Turns> waiting;
    private final int concurrency;
    private final long sliceBytes;
    private final Consumer<CompactionResult> ended;
    private final BooleanSupplier stopping;
    private final List<RuntimeException> failures = new ArrayList<>();
    private long leftBytes;

    /**
     * @param budgetBytes what all of them together may rewrite
     * @param stopping asked before each turn; true ends them all
     * @param ended is told each table's result, one at a time
     */
    FairRun(
            List<? extends Turns> tables,
            int concurrency,
            long sliceBytes,
            long budgetBytes,
            BooleanSupplier stopping,
            Consumer<CompactionResult> ended) {
        this.waiting = new ArrayDeque<>(tables);
        this.concurrency = Math.max(1, Math.min(concurrency, tables.size()));
        this.sliceBytes = sliceBytes;
        this.leftBytes = budgetBytes;
        this.stopping = stopping;
        this.ended = ended;
    }

    /** @throws RuntimeException the first failure, with the others attached, after every table had its turns */
    void run() {
        if (concurrency == 1) {
            work();
        } else {
            workTogether();
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    private void workTogether() {
        ExecutorService threads = Executors.newFixedThreadPool(concurrency);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < concurrency; i++) {
                workers.add(threads.submit(this::work));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (InterruptedException e) {
            throw FirnException.interrupted("compacting", e);
        } catch (ExecutionException e) {
            throw FirnException.internal("a compaction ended unexpectedly", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private void work() {
        for (Turns table = next(); table != null; table = next()) {
            try {
                long limit = limit();
                if (limit > 0) {
                    spent(table.turn(sliceBytes, limit));
                }
                goOnOrEnd(table);
            } catch (RuntimeException e) {
                failed(table, e);
            }
        }
    }

    private synchronized @Nullable Turns next() {
        return waiting.poll();
    }

    /** Those that work at the same time must not count on the same bytes. */
    private synchronized long limit() {
        return leftBytes <= 0 || stopping.getAsBoolean() ? 0 : Math.max(1, leftBytes / concurrency);
    }

    private synchronized void spent(long bytes) {
        leftBytes -= bytes;
    }

    private synchronized void goOnOrEnd(Turns table) {
        if (table.more() && leftBytes > 0 && !stopping.getAsBoolean()) {
            waiting.add(table);
        } else {
            ended.accept(table.end());
        }
    }

    private synchronized void failed(Turns table, RuntimeException failure) {
        failures.add(failure);
        table.giveUp();
    }
}
