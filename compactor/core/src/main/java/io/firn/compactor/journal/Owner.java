package io.firn.compactor.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The process that works on a rewrite.
 *
 * @param host where it runs
 * @param pid its number there
 * @param startedMillis when it started, since numbers are used again
 */
record Owner(String host, long pid, long startedMillis) {
    /** On another machine nobody can look; a rewrite that was not heard of for so long is taken over. */
    private static final Duration PATIENCE = Duration.ofHours(6);

    static Owner self() {
        return new Owner(hostName(), ProcessHandle.current().pid(), started(ProcessHandle.current()));
    }

    private static String hostName() {
        return Optional.ofNullable(System.getenv("HOSTNAME")).orElse("localhost");
    }

    private static long started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Returns whether it can be relied upon that the process will do nothing more. */
    boolean gone(Instant lastHeard, Instant now) {
        if (host.equals(hostName())) {
            return ProcessHandle.of(pid)
                    .filter(process -> process.isAlive() && started(process) == startedMillis)
                    .isEmpty();
        }
        return lastHeard.plus(PATIENCE).isBefore(now);
    }
}
