package io.firn.engine.ingest;

import io.firn.catalog.FirnException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A writer that goes on until it is stopped, and replays what it is asked to. For that it ends after the cut under way,
 * replays, and begins anew: what it had read and not committed is read again.
 */
public final class StandingIngest {
    /** How often it looks whether something is asked for. */
    public static final Duration LOOK = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(StandingIngest.class);

    private final Supplier<OpenSetup> setup;
    private final ReplayRequests requests;
    private final Duration look;
    private @Nullable Ingest current;
    private boolean stopped;

    /**
     * @param setup opens a source each time
     * @param requests used by nobody else
     */
    public StandingIngest(Supplier<OpenSetup> setup, ReplayRequests requests, Duration look) {
        this.setup = setup;
        this.requests = requests;
        this.look = look;
    }

    /**
     * Ingests until {@link #stop()}.
     *
     * @param underWay told each time that it begins to read
     * @param ended told each time that it has ended without a failure, before it is closed
     */
    public void run(Runnable underWay, Consumer<Ingest> ended) {
        while (!isStopped()) {
            requests.serve(setup);
            try (OpenSetup parts = setup.get();
                    Ingest ingest = new Ingest(parts.setup())) {
                if (enter(ingest)) {
                    underWay.run();
                    try (Lookout lookout = new Lookout(ingest)) {
                        ingest.run();
                        LOG.debug("{} ends", lookout);
                    }
                }
                ended.accept(ingest);
            } finally {
                leave();
            }
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized boolean enter(Ingest ingest) {
        current = ingest;
        return !stopped;
    }

    private synchronized void leave() {
        current = null;
    }

    /** Makes a commit in the place of somebody else; see {@link Ingest#commitBetweenCuts}. */
    public void commitBetweenCuts(String table, Collection<DataFile> added, Runnable commit) {
        Ingest ingest = current();
        if (ingest == null) {
            commit.run();
        } else {
            ingest.commitBetweenCuts(table, added, commit);
        }
    }

    private synchronized @Nullable Ingest current() {
        return current;
    }

    /** Lets {@link #run} return after the cut under way. */
    public synchronized void stop() {
        stopped = true;
        if (current != null) {
            current.stop();
        }
    }

    /** Stops the writer when something is asked for. */
    private final class Lookout implements AutoCloseable {
        private final CountDownLatch closing = new CountDownLatch(1);
        private final Thread thread;

        Lookout(Ingest ingest) {
            this.thread = new Thread(() -> look(ingest), "firn-replay-requests");
            thread.setDaemon(true);
            thread.start();
        }

        private void look(Ingest ingest) {
            try {
                while (!closing.await(look.toMillis(), TimeUnit.MILLISECONDS)) {
                    if (areOpen()) {
                        ingest.stop();
                        return;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean areOpen() {
            try {
                return requests.areOpen();
            } catch (RuntimeException e) {
                LOG.warn("whether a replay is asked for could not be read and is looked at again: {}", e.toString());
                return false;
            }
        }

        @Override
        public void close() {
            closing.countDown();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw FirnException.interrupted("ending a look for replays", e);
            }
        }
    }
}
