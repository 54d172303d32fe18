package io.firn.engine.ingest;

import io.firn.catalog.FirnException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs one task at a time beside the thread that calls it. */
public interface SideThread extends AutoCloseable {
    /** Begins a task, which throws nothing; the one before has ended. */
    void begin(Runnable task);

    /** @return whether no task is under way */
    boolean isIdle();

    /** Waits until no task is under way. */
    void await();

    /** Waits until no task is under way, even when interrupted, and ends. */
    @Override
    void close();

    /** @return one of its own */
    static SideThread create() {
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread fresh = new Thread(task, "firn-cut-committer");
            fresh.setDaemon(true);
            return fresh;
        });
        return new SideThread() {
            private @Nullable Future<?> last;

            @Override
            public void begin(Runnable task) {
                last = thread.submit(task);
            }

            @Override
            public boolean isIdle() {
                return last == null || last.isDone();
            }

            @Override
            public void await() {
                try {
                    if (last != null) {
                        last.get();
                    }
                } catch (InterruptedException e) {
                    throw FirnException.interrupted("waiting for a commit", e);
                } catch (ExecutionException e) {
                    throw new IllegalStateException("the task failed", e);
                }
            }

            @Override
            public void close() {
                boolean wasInterrupted = false;
                thread.shutdown();
                while (!thread.isTerminated()) {
                    try {
                        thread.awaitTermination(1, TimeUnit.HOURS);
                    } catch (InterruptedException e) {
                        wasInterrupted = true;
                    }
                }
                if (wasInterrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }
}
