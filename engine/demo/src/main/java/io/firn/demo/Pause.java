package io.firn.demo;

import java.util.concurrent.locks.LockSupport;

/** The pause between two looks at a server that is starting. */
final class Pause {
    private static final long NANOS = 20_000_000;

    private Pause() {}

    static void briefly() {
        LockSupport.parkNanos(NANOS);
    }
}
