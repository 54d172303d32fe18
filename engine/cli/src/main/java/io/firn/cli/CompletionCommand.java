package io.firn.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code firn completion}. */
@Command(
        name = "completion",
        header = "Prints a script that lets the shell complete commands and options.",
        description = "For bash and zsh; to have it in every shell, put the example's line into ~/.bashrc or ~/.zshrc.",
        footer = "  source <(firn completion)")
final class CompletionCommand implements Runnable {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    CompletionCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.terminal().out().print(AutoComplete.bash("firn", spec.root().commandLine()));
    }
}
