package io.firn.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code firn quarantine}: what could not be written, and what is to become of it. */
@Command(
        name = "quarantine",
        header = "Shows, replays and drops records that could not be written.",
        description = "A record that cannot be written is kept as it came, with the reason, the place and the time. It"
                + " stops nothing, until a table has more of them in one commit than its quarantine-threshold.",
        footer = "  firn quarantine list product")
final class QuarantineCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private QuarantineCommand() {}

    static CommandLine of(Session session) {
        return new CommandLine(new QuarantineCommand())
                .addSubcommand(new QuarantineListCommand(session))
                .addSubcommand(new QuarantineShowCommand(session))
                .addSubcommand(new QuarantineReplayCommand(session))
                .addSubcommand(new QuarantineDropCommand(session));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: list, show, replay or drop");
    }
}
