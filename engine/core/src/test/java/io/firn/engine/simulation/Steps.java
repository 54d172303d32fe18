package io.firn.engine.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.jspecify.annotations.Nullable;

/**
 * Counts the I/O steps of one process and lets what is planned for a step happen there. Steps of Iceberg's own reading
 * threads do not count, since their order is not fixed; they fail once the process is dead.
 */
final class Steps {
    /** What can happen at a step. Those of commits wait for the next commit. */
    enum Strike {
        /** The process dies. */
        CRASH,
        /** The step fails and says so. */
        FAILURE,
        /** The commit is refused. */
        COMMIT_REFUSED,
        /** The commit takes place and its answer is lost. */
        REPLY_LOST,
        /** The commit does not take place and nobody says so. */
        REQUEST_LOST,
        /** The commit takes place and the process dies. */
        CRASH_AFTER_COMMIT,
        /** Another writer commits something of no consequence. */
        FOREIGN_COMMIT,
        /** Another writer rewrites a table. */
        FOREIGN_REWRITE,
        /** A second process takes over while this one sleeps, and this one wakes up later. */
        TAKEOVER;

        boolean isOfCommits() {
            return this == COMMIT_REFUSED || this == REPLY_LOST || this == REQUEST_LOST || this == CRASH_AFTER_COMMIT;
        }
    }

    private final String process;
    private final NavigableMap<Integer, Strike> plan;
    private final List<String> script;
    private final Consumer<Strike> others;
    private int count;
    private boolean dead;
    private boolean asleep;
    private @Nullable Strike forCommit;

    /** @param others does what other processes do at a step */
    Steps(String process, NavigableMap<Integer, Strike> plan, List<String> script, Consumer<Strike> others) {
        this.process = process;
        this.plan = new TreeMap<>(plan);
        this.script = script;
        this.others = others;
    }

    /** @return whether the process has died */
    boolean isDead() {
        return dead;
    }

    /** One I/O step. */
    synchronized void step(String what) {
        if (dead) {
            throw new SimulatedCrash(what);
        }
        if (asleep || Thread.currentThread().getName().startsWith("iceberg-")) {
            return;
        }
        Strike strike = plan.remove(++count);
        if (strike == null) {
            return;
        }
        if (strike.isOfCommits()) {
            forCommit = strike;
            return;
        }
        note(what, strike);
        switch (strike) {
            case CRASH -> {
                dead = true;
                throw new SimulatedCrash(what);
            }
            case FAILURE -> throw new UncheckedIOException(new IOException("simulated failure of " + what));
            default -> {
                asleep = true;
                others.accept(strike);
                asleep = false;
            }
        }
    }

    /** A commit. */
    void commit(String what, Runnable commit) {
        step(what);
        Strike strike = forCommit;
        forCommit = null;
        if (strike == null) {
            commit.run();
            step(what + " done");
            return;
        }
        note(what, strike);
        if (strike == Strike.COMMIT_REFUSED) {
            throw new CommitFailedException("simulated refusal");
        }
        if (strike == Strike.REQUEST_LOST) {
            throw new CommitStateUnknownException(new IOException("simulated loss of the request"));
        }
        commit.run();
        if (strike == Strike.CRASH_AFTER_COMMIT) {
            dead = true;
            throw new SimulatedCrash(what);
        }
        throw new CommitStateUnknownException(new IOException("simulated loss of the reply"));
    }

    private void note(String what, Strike strike) {
        script.add("%s step %d, %s: %s".formatted(process, count, what, strike));
    }
}
