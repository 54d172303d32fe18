package io.firn.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes: data comes from {@code in} and goes to {@code out}; progress, notes and errors go
 * to {@code err}.
 *
 * @param errIs whether a person watches {@code err}
 */
public record Terminal(InputStream in, PrintStream out, PrintStream err, Watched errIs) {
    /** Whether a person types what {@code in} has, and sees what comes out. */
    public Watched inIs() {
        return in == System.in && System.console() != null ? Watched.SCREEN : Watched.FILE;
    }

    /** Whether a stream ends on a screen. */
    public enum Watched {
        SCREEN,
        FILE
    }

    /** The streams of this process. The launcher says in {@code firn.stderr} what the Java runtime cannot tell. */
    public static Terminal ofProcess() {
        Watched watched = "screen".equals(System.getProperty("firn.stderr")) ? Watched.SCREEN : Watched.FILE;
        return new Terminal(System.in, stream(FileDescriptor.out), stream(FileDescriptor.err), watched);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), 1 << 16), true, StandardCharsets.UTF_8);
    }
}
