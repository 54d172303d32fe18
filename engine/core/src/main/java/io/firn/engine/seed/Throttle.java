package io.firn.engine.seed;

import io.firn.catalog.FirnException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Lets only so many rows through in a second, over all threads that share it. */
public final class Throttle {
    /** Nobody waits for less, for sleeping is not that exact. */
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final long rowsPerSecond;
    private final LongSupplier nanos;
    private final Pause pause;
    private long freeAt;

    /** Waits for so many nanoseconds. */
    interface Pause {
        void of(long nanos) throws InterruptedException;
    }

    /** @param nanos a clock that never goes back */
    Throttle(long rowsPerSecond, LongSupplier nanos, Pause pause) {
        if (rowsPerSecond < 1) {
            throw new IllegalArgumentException("rows per second must be positive but was " + rowsPerSecond);
        }
        this.rowsPerSecond = rowsPerSecond;
        this.nanos = nanos;
        this.pause = pause;
        this.freeAt = nanos.getAsLong();
    }

    /** Never waits. */
    public static Throttle none() {
        return of(Long.MAX_VALUE);
    }

    /** @param rowsPerSecond at least 1 */
    public static Throttle of(long rowsPerSecond) {
        return new Throttle(rowsPerSecond, System::nanoTime, TimeUnit.NANOSECONDS::sleep);
    }

    /** Waits until this many more rows may have passed. */
    void pass(long rows) {
        passSince(nanos.getAsLong(), rows);
    }

    /**
     * Waits until this many more rows may have passed, the time it took to get them included.
     *
     * @param begunNanos when they began to pass, by {@link System#nanoTime()}
     */
    public void passSince(long begunNanos, long rows) {
        if (rowsPerSecond == Long.MAX_VALUE) {
            return;
        }
        long wait = reserve(begunNanos, rows);
        if (wait > LEAST_NANOS) {
            try {
                pause.of(wait);
            } catch (InterruptedException e) {
                throw FirnException.interrupted("waiting for the next rows", e);
            }
        }
    }

    private synchronized long reserve(long begun, long rows) {
        long now = nanos.getAsLong();
        freeAt = Math.max(freeAt, begun) + (long) ((double) rows / rowsPerSecond * TimeUnit.SECONDS.toNanos(1));
        return freeAt - now;
    }
}
