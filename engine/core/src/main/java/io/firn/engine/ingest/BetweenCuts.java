package io.firn.engine.ingest;

import io.firn.catalog.FirnException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits that others in this process make to the writer's tables. Each is made while no cut is under way, so that
 * neither has to be tried again; but it waits for that only so long, and then takes its chances.
 */
final class BetweenCuts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BetweenCuts.class);

    private final Duration patience;
    private final Queue<Visit> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean isOpen;

    /** @param patience how long a commit waits at most */
    BetweenCuts(Duration patience) {
        this.patience = patience;
    }

    /** One commit on its way, made by the thread that begins it first. */
    static final class Visit {
        private final TableIngest table;
        private final Runnable commit;
        private final AtomicBoolean isBegun = new AtomicBoolean();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        private Visit(TableIngest table, Runnable commit) {
            this.table = table;
            this.commit = commit;
        }

        private boolean begin() {
            return isBegun.compareAndSet(false, true);
        }

        /** Commits, unless the one who brought it has become tired of waiting, and lets the table follow. */
        void run() {
            try {
                if (begin()) {
                    commit.run();
                }
                follow();
                ended.complete(null);
            } catch (RuntimeException | Error e) {
                ended.completeExceptionally(e);
            }
        }

        /** A failure is the next cut's matter, which meets it again. */
        private void follow() {
            try {
                table.lookAhead();
            } catch (RuntimeException e) {
                LOG.debug("{}: what others have committed could not be followed ahead of a cut", table.name(), e);
            }
        }
    }

    /** Lets commits wait from now on. */
    void open() {
        isOpen = true;
    }

    /**
     * Makes a commit, and returns when it is made and, if it had not to be made beside a cut, the table has followed.
     *
     * @throws RuntimeException what the commit throws
     */
    void commit(TableIngest table, Runnable commit) {
        Visit visit = new Visit(table, commit);
        waiting.add(visit);
        boolean isInterrupted = isOpen && awaitTurn(visit);
        if (!isOpen) {
            waiting.remove(visit);
        }
        if (visit.begin()) {
            if (isInterrupted) {
                throw FirnException.interrupted("waiting for a commit between two cuts", new InterruptedException());
            }
            commit.run();
        } else {
            awaitEnd(visit);
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether the thread was interrupted */
    private boolean awaitTurn(Visit visit) {
        try {
            visit.ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private static void awaitEnd(Visit visit) {
        try {
            visit.ended.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException exception ? exception : e;
        }
    }

    /** @return those that wait, and those that waited too long and were not followed yet; each is to be run */
    List<Visit> take() {
        List<Visit> taken = new ArrayList<>();
        for (Visit next = waiting.poll(); next != null; next = waiting.poll()) {
            taken.add(next);
        }
        return taken;
    }

    /** Lets nobody wait any more. */
    @Override
    public void close() {
        isOpen = false;
        take().forEach(visit -> visit.ended.complete(null));
    }
}
