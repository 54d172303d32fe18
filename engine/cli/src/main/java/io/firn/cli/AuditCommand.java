package io.firn.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code firn audit}: what is proven about the past, and who changed what. */
@Command(
        name = "audit",
        header = "Proves what days held, and shows who changed what when.",
        description = "Needs only the lake and, for signatures, the public key.",
        footer = "  firn audit verify --deep --day 2026-11-20")
final class AuditCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private AuditCommand() {}

    static CommandLine of(Session session) {
        return new CommandLine(new AuditCommand())
                .addSubcommand(new AuditVerifyCommand(session))
                .addSubcommand(new AuditChangesCommand(session))
                .addSubcommand(new AuditMomentCommand(session))
                .addSubcommand(new AuditCorrectionsCommand(session));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing: verify, changes, moment or corrections");
    }
}
