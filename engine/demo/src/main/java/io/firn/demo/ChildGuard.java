package io.firn.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;

/**
 * Ends a server process when this JVM is gone, however it went. A small shell holds the reading end of a pipe from this
 * process; the operating system closes the pipe even after {@code kill -9}, and then the shell signals the server.
 */
final class ChildGuard implements AutoCloseable {
    /** In a session of its own where possible, so that a signal to our process group does not take the guard along. */
    private static final String LAUNCH =
            "if command -v setsid >/dev/null 2>&1; then exec setsid sh -c \"$1\" \"$2\"; else exec sh -c \"$1\" \"$2\"; fi";

    private static final String WAIT_THEN_SIGNAL =
            "trap '' INT TERM HUP; while read -r line; do :; done; kill -INT \"$0\" 2>/dev/null";

    private final Process shell;

    private ChildGuard(Process shell) {
        this.shell = shell;
    }

    static ChildGuard of(long serverPid) {
        try {
            return new ChildGuard(
                    new ProcessBuilder("sh", "-c", LAUNCH, "sh", WAIT_THEN_SIGNAL, Long.toString(serverPid))
                            .redirectOutput(Redirect.DISCARD)
                            .redirectError(Redirect.DISCARD)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException("no shell to guard process " + serverPid, e);
        }
    }

    /** Call after the server has ended: the guard must not outlive it and meet another process with the same id. */
    @Override
    public void close() {
        shell.destroyForcibly();
    }
}
