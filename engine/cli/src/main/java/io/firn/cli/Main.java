package io.firn.cli;

import io.firn.cli.terminal.Terminal;

/** Starts Firn. */
public final class Main {

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(Commands.run(Terminal.ofProcess(), System.getenv(), arguments));
    }
}
