package io.firn.engine.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Lets processes, each on threads of its own, take turns: only the one that holds the baton does anything, and where it
 * passes it on is decided by the seed. So every interleaving of their steps can happen, and happens again.
 */
final class Baton {
    private static final int LONGEST_TURN = 40;

    private final Random random;
    private final List<Runner> runners = new ArrayList<>();
    private @Nullable Runner holder;
    private int turn;
    private int now;

    Baton(Random random) {
        this.random = random;
    }

    /** One thread of a process. */
    static final class Runner {
        private int wakesAt;
    }

    /** Adds a thread, to be begun by {@link #begin}; called by the holder, or when there is none. */
    synchronized Runner join() {
        Runner runner = new Runner();
        runners.add(runner);
        if (holder == null) {
            holder = runner;
        }
        return runner;
    }

    /** Waits for the first turn. */
    synchronized void begin(Runner runner) {
        await(runner);
    }

    /** The holder may go on, or others may come first. */
    synchronized void pass(Runner runner) {
        now++;
        if (runners.size() == 1 || --turn > 0) {
            return;
        }
        choose();
        await(runner);
    }

    /**
     * The holder sleeps, and all of its process with it, while the others do so many steps, or until they all have
     * ended.
     */
    synchronized void sleep(Runner runner, List<Runner> process, int steps) {
        process.forEach(each -> each.wakesAt = now + steps);
        if (runners.size() > process.size()) {
            choose();
            await(runner);
        }
    }

    /** The holder has ended. */
    synchronized void leave(Runner runner) {
        runners.remove(runner);
        holder = null;
        if (!runners.isEmpty()) {
            choose();
        }
        notifyAll();
    }

    private void choose() {
        List<Runner> awake =
                runners.stream().filter(runner -> runner.wakesAt <= now).toList();
        List<Runner> from = awake.isEmpty() ? runners : awake;
        holder = from.get(random.nextInt(from.size()));
        turn = 1 + random.nextInt(1 + random.nextInt(LONGEST_TURN));
        notifyAll();
    }

    private void await(Runner runner) {
        boolean interrupted = false;
        while (holder != runner) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until every process has ended. */
    synchronized void awaitAll() throws InterruptedException {
        while (!runners.isEmpty()) {
            wait();
        }
    }
}
