package io.firn.engine.seed;

import io.firn.catalog.FirnException;
import java.util.concurrent.TimeUnit;

/** Lets only so many rows through in a second, over all threads that share it. */
public final class Throttle {
    /** Nobody waits for less, for sleeping is not that exact. */
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final long rowsPerSecond;
    private long freeAt = System.nanoTime();

    private Throttle(long rowsPerSecond) {
        this.rowsPerSecond = rowsPerSecond;
    }

    /** Never waits. */
    public static Throttle none() {
        return new Throttle(Long.MAX_VALUE);
    }

    /** @param rowsPerSecond at least 1 */
    public static Throttle of(long rowsPerSecond) {
        if (rowsPerSecond < 1) {
            throw new IllegalArgumentException("rows per second must be positive but was " + rowsPerSecond);
        }
        return new Throttle(rowsPerSecond);
    }

    /** Waits until this many more rows may have passed. */
    void pass(long rows) {
        if (rowsPerSecond == Long.MAX_VALUE) {
            return;
        }
        long wait = reserve(rows);
        if (wait > LEAST_NANOS) {
            try {
                TimeUnit.NANOSECONDS.sleep(wait);
            } catch (InterruptedException e) {
                throw FirnException.interrupted("waiting for the next rows", e);
            }
        }
    }

    private synchronized long reserve(long rows) {
        long now = System.nanoTime();
        freeAt = Math.max(freeAt, now) + (long) ((double) rows / rowsPerSecond * TimeUnit.SECONDS.toNanos(1));
        return freeAt - now;
    }
}
