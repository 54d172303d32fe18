package io.firn.cli;

import io.firn.catalog.Blame;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
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
        if (failure instanceof FirnException known && known.blame() != Blame.INTERNAL) {
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
        if (failure instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            List<String> suggestions = unmatched.getSuggestions();
            boolean command = !failure.getCommandLine().getSubcommands().isEmpty();
            return (command ? "there is no command " : "there is no place for the argument ")
                    + unmatched.getUnmatched().get(0)
                    + (command && !suggestions.isEmpty()
                            ? "; did you mean " + String.join(" or ", suggestions) + "?"
                            : "");
        }
        if (failure instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            return "there is no option " + unmatched.getUnmatched().get(0)
                    + (suggestions.isEmpty() ? "" : "; did you mean " + suggestions.get(0) + "?");
        }
        return String.valueOf(failure.getMessage());
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
