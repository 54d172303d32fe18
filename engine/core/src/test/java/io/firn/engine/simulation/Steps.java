package io.firn.engine.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.jspecify.annotations.Nullable;

/**
 * Counts the I/O steps of one process and lets what is planned for a step happen there. Steps of Iceberg's own threads
 * do not count, since their order is not fixed.
 */
final class Steps {
    /** What the rest of the world does at a step. */
    interface World {
        /** Others do what {@code strike} says. */
        void strike(Strike strike, Steps during);

        /** A commit is on its way and arrives later. */
        void late(String what, Runnable commit);
    }

    /** How steps are called that leave something behind; all others only read. */
    private static final List<String> CHANGES =
            List.of("create", "commit", "write", "delete", "clear", "acknowledge", "place");

    private final String process;
    private final NavigableMap<Integer, Strike> plan;
    private final NavigableMap<Integer, Strike> commitPlan;
    private final List<String> script;
    private final World world;
    private final Baton baton;
    private final Baton.Runner runner;
    private volatile Baton.@Nullable Runner forked;
    private volatile @Nullable Thread main;
    private int count;
    private int commits;
    private boolean leftSomething = true;
    private final List<Integer> afterChanges = new ArrayList<>();
    private boolean struck;
    private boolean disturbed;
    private volatile boolean dead;
    private @Nullable Strike forCommit;

    Steps(String process, Plan plan, List<String> script, World world, Baton baton) {
        this.process = process;
        this.plan = new TreeMap<>(plan.atSteps());
        this.commitPlan = new TreeMap<>(plan.atCommits());
        this.script = script;
        this.world = world;
        this.baton = baton;
        this.runner = baton.join();
    }

    /** @return the process's name */
    String process() {
        return process;
    }

    /** The process's first thread begins. */
    void begin() {
        main = Thread.currentThread();
        baton.begin(runner);
    }

    /** A second thread begins, for which from now on all threads but the first do their steps. @return its runner */
    Baton.Runner fork() {
        Baton.Runner second = baton.join();
        forked = second;
        return second;
    }

    /** The second thread ends. */
    void join() {
        forked = null;
    }

    /** @return whose turn it must be for this thread to go on */
    Baton.Runner runner() {
        Baton.Runner second = forked;
        return second == null || Thread.currentThread() == main ? runner : second;
    }

    /** @return those of all its threads */
    List<Baton.Runner> runners() {
        Baton.Runner second = forked;
        return second == null ? List.of(runner) : List.of(runner, second);
    }

    /** The process's first thread has ended. */
    void end() {
        baton.leave(runner);
    }

    /** @return the steps that follow a change: to die at another one is to die at the next of these */
    List<Integer> afterChanges() {
        return List.copyOf(afterChanges);
    }

    /** @return how many commits there were */
    int commits() {
        return commits;
    }

    /** @return how many steps there were */
    int count() {
        return count;
    }

    /** @return whether anything that was planned has happened */
    boolean wasStruck() {
        return struck;
    }

    /** Notes that another writer was about. */
    void disturb() {
        disturbed = true;
    }

    boolean isDisturbed() {
        return disturbed;
    }

    /** Lets the process die at its next step. */
    void kill() {
        dead = true;
    }

    /** One I/O step. */
    void step(String what) {
        if (Thread.currentThread().getName().startsWith("iceberg-")) {
            return;
        }
        if (!dead) {
            baton.pass(runner());
        }
        if (dead) {
            throw new SimulatedCrash(what);
        }
        count++;
        if (leftSomething) {
            afterChanges.add(count);
        }
        leftSomething = CHANGES.stream().anyMatch(what::startsWith);
        obey(plan.remove(count), what);
    }

    private void obey(@Nullable Strike strike, String what) {
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
            default -> world.strike(strike, this);
        }
    }

    /** A commit. */
    void commit(String what, Runnable commit) {
        step(what);
        obey(commitPlan.remove(++commits), what);
        Strike strike = forCommit;
        forCommit = null;
        if (strike == null) {
            commit.run();
            step(what + " done");
            return;
        }
        note(what, strike);
        switch (strike) {
            case COMMIT_REFUSED -> throw new CommitFailedException("simulated refusal");
            case REQUEST_LOST -> throw unknown("request");
            case REQUEST_LATE -> {
                world.late(what, commit);
                throw unknown("connection");
            }
            default -> commit.run();
        }
        if (strike == Strike.CRASH_AFTER_COMMIT) {
            dead = true;
            throw new SimulatedCrash(what);
        }
        throw unknown("reply");
    }

    private static CommitStateUnknownException unknown(String lost) {
        return new CommitStateUnknownException(new IOException("simulated loss of the " + lost));
    }

    private void note(String what, Strike strike) {
        struck = true;
        script.add("%s step %d, %s: %s".formatted(process, count, what, strike));
    }
}
