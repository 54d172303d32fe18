package io.firn.cli;

import io.firn.cli.terminal.Terminal;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.TypeConversionException;

/** Every command with what it works on, put together by hand. */
public final class Commands {

    private Commands() {}

    /**
     * Runs one command.
     *
     * @param environment what {@code ${NAME}} in the configuration stands for
     * @return the exit code: 0 done, 1 failed, 2 wrong usage or configuration, 3 a check did not hold
     */
    public static int run(Terminal terminal, Map<String, String> environment, String... arguments) {
        int exitCode = commandLine(terminal, environment).execute(arguments);
        terminal.out().flush();
        terminal.err().flush();
        return exitCode;
    }

    static CommandLine commandLine(Terminal terminal, Map<String, String> environment) {
        GlobalOptions options = new GlobalOptions();
        Session session = new Session(options, terminal, environment);
        CommandLine root = new CommandLine(new RootCommand(options));
        for (Object command : commands(session)) {
            root.addSubcommand(command);
        }
        root.getSubcommands().values().forEach(Commands::useOneLayout);
        ErrorReport errors = new ErrorReport(terminal.err());
        useOwnWords(root);
        return root.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpLongOptionsMaxWidth(24)
                .setAbbreviatedOptionsAllowed(false)
                .setExecutionStrategy(parsed -> {
                    int exitCode = new RunLast().execute(parsed);
                    session.succeeded();
                    return exitCode;
                })
                .setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors);
    }

    /** What a value must be, instead of what Java thinks of it. */
    private static void useOwnWords(CommandLine root) {
        ITypeConverter<LocalDate> day = converter(LocalDate::parse, "a day such as 2026-11-20");
        ITypeConverter<Integer> number = converter(Integer::valueOf, "a whole number");
        ITypeConverter<Long> large = converter(Long::valueOf, "a whole number");
        root.registerConverter(LocalDate.class, day)
                .registerConverter(int.class, number)
                .registerConverter(Integer.class, number)
                .registerConverter(long.class, large)
                .registerConverter(Long.class, large);
    }

    private static <T> ITypeConverter<T> converter(Function<String, T> parse, String wanted) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (DateTimeException | NumberFormatException e) {
                throw new TypeConversionException("must be %s but was %s".formatted(wanted, text));
            }
        };
    }

    /** A command gives a header, a description and, as its footer, an example. */
    private static void useOneLayout(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .descriptionHeading("%n")
                .parameterListHeading("%nArguments:%n")
                .optionListHeading("%nOptions:%n")
                .footerHeading("%nExample:%n");
        command.getSubcommands().values().forEach(Commands::useOneLayout);
    }

    private static List<Object> commands(Session session) {
        return List.of(
                new DemoCommand(session),
                new InitCommand(session),
                new CheckCommand(session),
                new SeedCommand(session),
                new RunCommand(session),
                new IngestCommand(session),
                new CompactCommand(session),
                new TagCommand(session),
                new HoldCommand(session),
                new ExpireCommand(session),
                new GcCommand(session),
                new SqlCommand(session),
                new StatusCommand(session),
                new DqCommand(session),
                new VerifyCommand(session),
                AuditCommand.of(session),
                new ReplayCommand(session),
                QuarantineCommand.of(session),
                new ProjectCommand(session),
                SnowflakeCommand.of(session),
                new RollbackCommand(session),
                new RegisterCommand(session),
                new RestartCaptureCommand(session),
                new CostCommand(session),
                new CompletionCommand(session));
    }
}
