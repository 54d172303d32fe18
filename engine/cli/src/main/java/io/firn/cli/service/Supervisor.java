package io.firn.cli.service;

import io.firn.catalog.Blame;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.Failures;
import io.firn.catalog.FirnException;
import io.firn.cli.service.ActivityState.Phase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one activity going on a thread of its own: what fails is tried again, after a pause that doubles up to a
 * minute. What a person has to mend is tried again too, every minute, so that mending it is enough.
 */
final class Supervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Activity activity;
    private final Clock clock;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Consumer<Trouble> troubles;
    private volatile ActivityState state;

    Supervisor(Activity activity, Clock clock) {
        this(activity, clock, trouble -> {});
    }

    /** @param troubles told what goes wrong */
    Supervisor(Activity activity, Clock clock, Consumer<Trouble> troubles) {
        this.troubles = troubles;
        this.activity = activity;
        this.clock = clock;
        this.state = new ActivityState(activity.name(), Phase.STARTING, clock.instant(), 0, null, null);
        this.thread = new Thread(this::keepGoing, "firn-" + activity.name());
        this.thread.setUncaughtExceptionHandler((dead, failure) -> died(failure));
    }

    void start() {
        thread.start();
    }

    ActivityState state() {
        return state;
    }

    private void keepGoing() {
        while (stopping.getCount() > 0) {
            enter(Phase.STARTING);
            try {
                activity.run(() -> underWay());
            } catch (InterruptedException e) {
                LOG.debug("{} was interrupted", activity.name(), e);
            } catch (Exception | Error e) {
                failed(e);
                pause();
            }
        }
        enter(Phase.STOPPED);
    }

    private void underWay() {
        state = new ActivityState(
                activity.name(), Phase.RUNNING, clock.instant(), 0, state.lastError(), state.lastErrorAt());
    }

    private void enter(Phase phase) {
        state = new ActivityState(
                activity.name(), phase, clock.instant(), state.failures(), state.lastError(), state.lastErrorAt());
    }

    private void failed(Throwable failure) {
        @Nullable FirnException known = Failures.known(failure).orElse(null);
        String message = known == null ? "unexpected: " + failure : String.valueOf(known.getMessage());
        boolean needsSomebody = known == null || known.blame() == Blame.USER || known.code() == ErrorCode.FENCED;
        Instant now = clock.instant();
        state = new ActivityState(
                activity.name(),
                needsSomebody ? Phase.STOPPED_BY_ERROR : Phase.WAITING,
                now,
                state.failures() + 1,
                message.replaceAll("\\s*\\R\\s*", " "),
                now);
        troubles.accept(new Trouble(
                now,
                activity.name(),
                known == null ? ErrorCode.INTERNAL : known.code(),
                String.valueOf(state.lastError())));
        LOG.error(
                "{} failed and is tried again in {} s: {}",
                activity.name(),
                nextPause().toSeconds(),
                state.lastError(),
                failure);
    }

    /** Where even the telling of a failure fails, as without memory, the state says so and the service is not ready. */
    private void died(Throwable failure) {
        Instant now = clock.instant();
        String message = "its thread has ended, restart firn run: " + failure;
        state = new ActivityState(activity.name(), Phase.STOPPED_BY_ERROR, now, state.failures() + 1, message, now);
        LOG.error("{}: {}", activity.name(), message, failure);
    }

    private Duration nextPause() {
        if (state.phase() == Phase.STOPPED_BY_ERROR) {
            return LONGEST_PAUSE;
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(10, state.failures() - 1));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private void pause() {
        try {
            boolean stopped = stopping.await(nextPause().toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("{} {}", activity.name(), stopped ? "stops" : "is tried again");
        } catch (InterruptedException e) {
            LOG.debug("{} was interrupted in its pause", activity.name(), e);
        }
    }

    /** Lets the activity finish what is under way. */
    @Override
    public void close() {
        stopping.countDown();
        activity.stop();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
