package io.firn.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.cli.service.ActivityState.Phase;
import java.time.Clock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SupervisorTest {
    private final Scripted activity = new Scripted();
    private final Supervisor supervisor = new Supervisor(activity, Clock.systemUTC());

    @Test
    void whatFailsIsTriedAgainAndRemembersItsLastError() {
        activity.failures.add(new FirnException(ErrorCode.SOURCE_UNAVAILABLE, "the broker\nis away"));
        supervisor.start();
        await().until(() -> supervisor.state().phase() == Phase.RUNNING);
        assertThat(supervisor.state().isWell()).isTrue();
        assertThat(supervisor.state().lastError()).isEqualTo("the broker is away");
        assertThat(supervisor.state().failures()).isZero();
        supervisor.close();
        assertThat(supervisor.state().phase()).isEqualTo(Phase.STOPPED);
        assertThat(activity.runs).hasValue(2);
    }

    @Test
    void whatAPersonHasToMendIsSaidToNeedSomebody() {
        activity.failures.add(new FirnException(ErrorCode.ACCESS_DENIED, "wrong password"));
        supervisor.start();
        await().until(() -> supervisor.state().phase() == Phase.STOPPED_BY_ERROR);
        assertThat(supervisor.state().isWell()).isFalse();
        supervisor.close();
    }

    @Test
    void anErrorThatNobodyForesawEndsNoThreadSilently() {
        activity.failures.add(new StackOverflowError());
        supervisor.start();
        await().until(() -> supervisor.state().phase() == Phase.STOPPED_BY_ERROR);
        assertThat(supervisor.state().lastError()).isEqualTo("unexpected: java.lang.StackOverflowError");
        supervisor.close();
    }

    @Test
    void aThreadThatEndsAllTheSameShows() {
        Supervisor silenced = new Supervisor(activity, Clock.systemUTC(), trouble -> {
            throw new OutOfMemoryError("while telling");
        });
        activity.failures.add(new IllegalStateException("first"));
        silenced.start();
        await().until(() -> String.valueOf(silenced.state().lastError()).startsWith("its thread has ended"));
        assertThat(silenced.state().isWell()).isFalse();
        assertThat(silenced.state().lastError())
                .isEqualTo("its thread has ended, restart firn run: java.lang.OutOfMemoryError: while telling");
        silenced.close();
    }

    /** Fails as often as it is told to, and then goes on until it is stopped. */
    private static final class Scripted implements Activity {
        private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final AtomicInteger runs = new AtomicInteger();
        private final CountDownLatch stopped = new CountDownLatch(1);

        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public void run(Work work) throws Exception {
            runs.incrementAndGet();
            Throwable failure = failures.poll();
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof Exception exception) {
                throw exception;
            }
            work.underWay();
            stopped.await();
        }

        @Override
        public void stop() {
            stopped.countDown();
        }
    }
}
