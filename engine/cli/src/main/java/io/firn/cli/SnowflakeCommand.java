package io.firn.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code firn snowflake}: the lake's tables in Snowflake. */
@Command(
        name = "snowflake",
        header = "Shows the lake's tables in Snowflake.",
        description = "Snowflake reads the lake's own files; nothing is copied. docs/snowflake.md tells it from the"
                + " beginning.",
        footer = "  firn snowflake apply --dry-run")
final class SnowflakeCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private SnowflakeCommand() {}

    static CommandLine of(Session session) {
        return new CommandLine(new SnowflakeCommand())
                .addSubcommand(new SnowflakeDdlCommand(session))
                .addSubcommand(new SnowflakeApplyCommand(session))
                .addSubcommand(new SnowflakeRefreshCommand(session))
                .addSubcommand(new SnowflakeDayCommand(session))
                .addSubcommand(new SnowflakeDbtSourcesCommand(session));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing: ddl, apply, refresh, day or dbt-sources");
    }
}
