package io.firn.bench.ingest;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets changes happen at the pace of a day's load: some a second on average, and each minute ten seconds of many times
 * as many. Notes when each happened.
 */
final class PacedChanges implements Changes {
    private static final int MINUTE_SECONDS = 60;
    private static final int BURST_SECONDS = 10;

    private final Changes next;
    private final int perSecond;
    private final int burst;
    private final CountDownLatch snapshotTaken;
    private final long[] happenedNanos;
    private int happened;
    private long started;

    /**
     * @param perSecond changes outside of bursts
     * @param burst how many times as many in one
     * @param changes how many there will be
     * @param snapshotTaken the first change waits for it
     */
    PacedChanges(Changes next, int perSecond, int burst, int changes, CountDownLatch snapshotTaken) {
        this.next = next;
        this.perSecond = perSecond;
        this.burst = burst;
        this.snapshotTaken = snapshotTaken;
        this.happenedNanos = new long[changes];
    }

    /** @return how many changes {@code seconds} have */
    static int changes(int seconds, int perSecond, int burst) {
        return (int) dueAfter(seconds, perSecond, burst);
    }

    private static long dueAfter(double seconds, int perSecond, int burst) {
        double minutes = Math.floor(seconds / MINUTE_SECONDS);
        double rest = seconds - minutes * MINUTE_SECONDS;
        double quiet = minutes * (MINUTE_SECONDS - BURST_SECONDS) + Math.min(rest, MINUTE_SECONDS - BURST_SECONDS);
        double busy = minutes * BURST_SECONDS + Math.max(0, rest - (MINUTE_SECONDS - BURST_SECONDS));
        return (long) (quiet * perSecond + busy * perSecond * burst);
    }

    /** @return when each change happened, by {@link System#nanoTime()}, in their order; to be read when all have */
    long[] happenedNanos() {
        return happenedNanos;
    }

    @Override
    public void row(int productId) {
        next.row(productId);
    }

    @Override
    public void begin(Transaction transaction) {
        if (happened == 0) {
            await(snapshotTaken);
            started = System.nanoTime();
        }
        while (dueAfter((System.nanoTime() - started) / 1e9, perSecond, burst) < happened + transaction.changes()) {
            pause();
        }
        next.begin(transaction);
    }

    @Override
    public void change(Change change) {
        happenedNanos[happened++] = System.nanoTime();
        next.change(change);
    }

    @Override
    public void end(Transaction transaction) {
        next.end(transaction);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
