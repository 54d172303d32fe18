package io.firn.demo;

/** Removal of shutdown hooks that is also right while the JVM is already shutting down. */
final class ShutdownHooks {
    private ShutdownHooks() {}

    static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook is running or about to run, and finds its work done.
        }
    }
}
