package io.firn.cli.service;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Does a job at the times of a schedule; a time that comes while the job runs is left out. */
final class Scheduled implements Activity {
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

    /** One run of it. */
    @FunctionalInterface
    interface Job {
        /** @param stopping asked between steps: true when the service ends */
        void run(Stopping stopping) throws Exception;
    }

    /** Whether the service ends. */
    @FunctionalInterface
    interface Stopping {
        boolean isSo();
    }

    private final String name;
    private final Schedule schedule;
    private final Job job;
    private final Clock clock;
    private final CountDownLatch stopped = new CountDownLatch(1);

    Scheduled(String name, Schedule schedule, Job job, Clock clock) {
        this.name = name;
        this.schedule = schedule;
        this.job = job;
        this.clock = clock;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void run(Work work) throws Exception {
        work.underWay();
        Optional<Instant> next = schedule.next(clock.instant());
        while (next.isPresent() && sleepUntil(next.get())) {
            job.run(() -> stopped.getCount() == 0);
            work.underWay();
            next = schedule.next(clock.instant());
        }
        if (next.isEmpty()) {
            stopped.await();
        }
    }

    /** Looks at the clock again and again, because a clock may be set. */
    private boolean sleepUntil(Instant time) throws InterruptedException {
        Duration left = Duration.between(clock.instant(), time);
        while (left.compareTo(Duration.ZERO) > 0) {
            Duration sleep = left.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : left;
            if (stopped.await(Math.max(1, sleep.toMillis()), TimeUnit.MILLISECONDS)) {
                return false;
            }
            left = Duration.between(clock.instant(), time);
        }
        return stopped.getCount() > 0;
    }

    @Override
    public void stop() {
        stopped.countDown();
    }
}
