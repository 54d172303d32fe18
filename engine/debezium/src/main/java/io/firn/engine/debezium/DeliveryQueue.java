package io.firn.engine.debezium;

import io.firn.catalog.FirnException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Hands records from the thread that reads the database to the one that polls; the reader waits while it is full. */
final class DeliveryQueue {
    private final int maxRecords;
    private final long maxBytes;
    private final Deque<Delivery> waiting = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hasRoom = lock.newCondition();
    private final Condition hasNews = lock.newCondition();
    private long bytes;
    private @Nullable FirnException failure;

    DeliveryQueue(int maxRecords, long maxBytes) {
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
    }

    /** Waits until there is room, however large the record itself is. */
    void put(Delivery delivery) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.size() >= maxRecords || bytes >= maxBytes) {
                hasRoom.await();
            }
            waiting.addLast(delivery);
            bytes += delivery.bytes();
            hasNews.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Lets {@link #take} fail once it has given out what was put before. */
    void fail(FirnException reason) {
        lock.lock();
        try {
            failure = reason;
            hasNews.signal();
        } finally {
            lock.unlock();
        }
    }

    /** @return everything that waits; empty when nothing came within {@code timeout} */
    List<Delivery> take(Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = timeout.toNanos();
            while (waiting.isEmpty() && failure == null && left > 0) {
                left = hasNews.awaitNanos(left);
            }
            if (waiting.isEmpty() && failure != null) {
                throw failure;
            }
            List<Delivery> taken = new ArrayList<>(waiting);
            waiting.clear();
            bytes = 0;
            hasRoom.signal();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** @return how many records wait */
    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
