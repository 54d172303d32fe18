package io.firn.cli;

import io.firn.catalog.Blame;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.Failures;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.Suggestion;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns failures into lines on standard error and an exit code. What nobody foresaw is one line too, with the name of
 * the file that has the stack trace.
 */
final class ErrorReport implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final int CHECK_FAILED = 3;

    /** How the library says that none of several options is there. */
    private static final Pattern ONE_OF =
            Pattern.compile("^Error: Missing required argument \\(specify one of these\\): \\((.*)\\)$");

    private final PrintStream err;

    ErrorReport(PrintStream err) {
        this.err = err;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        return report(failure);
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        String help = failure.getCommandLine().getCommandSpec().qualifiedName() + " --help";
        print(message(failure) + "; see " + help);
        return WRONG_USAGE;
    }

    /** Prints the failure and says what the exit code is. */
    int report(Throwable failure) {
        FirnException known = Failures.known(failure).orElse(null);
        if (known != null) {
            known.problems().forEach(this::print);
            return exitCode(known.code());
        }
        String message = failure instanceof FirnException ? failure.getMessage() : failure.toString();
        print("unexpected: " + message + "; details are in " + trace(failure));
        return FAILED;
    }

    static int exitCode(ErrorCode code) {
        if (code == ErrorCode.CHECK_FAILED) {
            return CHECK_FAILED;
        }
        return code.blame() == Blame.USER ? WRONG_USAGE : FAILED;
    }

    private void print(String line) {
        err.println("firn: " + line.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    private static String message(ParameterException failure) {
        if (!(failure instanceof UnmatchedArgumentException unmatched)) {
            String text = String.valueOf(failure.getMessage());
            Matcher oneOf = ONE_OF.matcher(text);
            return oneOf.matches()
                    ? oneOf.group(1).replace(" | ", " or ") + " must be given"
                    : text.replaceFirst("^Error: ", "");
        }
        CommandSpec command = failure.getCommandLine().getCommandSpec();
        String typed = unmatched.getUnmatched().get(0);
        if (unmatched.isUnknownOption()) {
            return "there is no option " + typed
                    + Suggestion.phrase(typed, command.optionsMap().keySet());
        }
        return command.subcommands().isEmpty()
                ? "there is no place for the argument " + typed
                : "there is no command " + typed
                        + Suggestion.phrase(typed, command.subcommands().keySet());
    }

    private static String trace(Throwable failure) {
        try {
            Path file = Files.createTempFile("firn-error-", ".log");
            try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
                failure.printStackTrace(writer);
            }
            return file.toString();
        } catch (IOException e) {
            return "no file, because none could be written: " + e.getMessage();
        }
    }
}
