package io.firn.engine.index;

import io.firn.catalog.FirnException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Files whose keys are read at the same time, and become part of the store one after the other. */
final class SideBySide {
    private final ThreadPoolExecutor readers;
    private final Queue<Future<BulkLoad>> reading = new ArrayDeque<>();

    private SideBySide(int threads) {
        readers = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), SideBySide::reader);
    }

    private static Thread reader(Runnable task) {
        Thread thread = new Thread(task, "firn-key-reader");
        thread.setDaemon(true);
        return thread;
    }

    /** @param read reads a file to its end; called by several threads */
    static void load(Collection<LiveFile> files, int threads, Function<LiveFile, BulkLoad> read) {
        SideBySide loads = new SideBySide(Math.min(threads, files.size()));
        try {
            files.forEach(file -> loads.reading.add(loads.readers.submit(() -> read.apply(file))));
            loads.takeIn();
        } finally {
            loads.end();
        }
    }

    private void takeIn() {
        while (!reading.isEmpty()) {
            try (BulkLoad next = await(reading.remove())) {
                next.takeIn();
            }
        }
    }

    private static BulkLoad await(Future<BulkLoad> read) {
        try {
            return read.get();
        } catch (InterruptedException e) {
            throw FirnException.interrupted("reading keys", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof FirnException failed
                    ? failed
                    : FirnException.internal("keys could not be read", e.getCause());
        }
    }

    /** After a failure no more files are begun, and what others have read is let go of when they have ended. */
    private void end() {
        readers.getQueue().clear();
        readers.shutdown();
        boolean ended = false;
        boolean interrupted = false;
        while (!ended) {
            try {
                ended = readers.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        reading.stream().filter(Future::isDone).forEach(SideBySide::letGo);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void letGo(Future<BulkLoad> read) {
        try {
            read.get().close();
        } catch (ExecutionException e) {
            // it has let go of what it read itself, and the first failure is the one that is told
        } catch (InterruptedException e) {
            throw FirnException.interrupted("reading keys", e);
        }
    }
}
