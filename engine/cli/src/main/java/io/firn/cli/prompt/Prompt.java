package io.firn.cli.prompt;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.Suggestion;
import io.firn.cli.terminal.OutputFormat;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;

/**
 * Reads statements and commands from a person until he has enough; what fails is told, and the conversation goes on.
 */
public final class Prompt {
    private final PromptLake lake;
    private final Terminal terminal;
    private final Consumer<FirnException> errors;
    private final LineReader reader;
    private OutputFormat mode;
    private String moment = "";
    private Show timing = Show.NO;
    private Show pages = Show.YES;
    private @Nullable Path file;

    /** Whether something is shown. */
    private enum Show {
        YES,
        NO
    }

    /**
     * Begins a conversation.
     *
     * @param mode in which rows come out at first
     * @param history where what was typed is kept
     * @param errors told what fails
     */
    public Prompt(PromptLake lake, Terminal terminal, OutputFormat mode, Path history, Consumer<FirnException> errors) {
        this.lake = lake;
        this.terminal = terminal;
        this.mode = mode;
        this.errors = errors;
        this.reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("firn")
                .parser(new InputParser())
                .completer(new LakeCompleter(lake))
                .variable(LineReader.HISTORY_FILE, history)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "%P  ... ")
                .option(LineReader.Option.CASE_INSENSITIVE, true)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
                .build();
    }

    /** Cuts a text at the semicolons outside quotes and comments; the last statement needs none. */
    public static List<String> statements(String text) {
        return Input.statements(text);
    }

    /** Goes on until {@code .quit} or the end of the input. */
    public void run() {
        say("Tables: " + String.join(", ", lake.tables()) + ". A semicolon ends a statement, .help helps, Ctrl-D ends"
                + " this.\n");
        boolean goesOn = true;
        while (goesOn) {
            try {
                goesOn = answer(Input.of(reader.readLine(moment.isEmpty() ? "firn> " : "firn " + moment + "> ")));
            } catch (UserInterruptException e) {
                say("(.quit or Ctrl-D ends this)\n");
            } catch (EndOfFileException e) {
                goesOn = false;
            } catch (FirnException e) {
                errors.accept(e);
            }
        }
    }

    private void say(String text) {
        terminal.writer().print(text);
        terminal.writer().flush();
    }

    private boolean answer(Input input) {
        if (input instanceof Input.Dot dot) {
            return command(dot);
        }
        for (String statement : ((Input.Sql) input).statements()) {
            run(statement);
        }
        return true;
    }

    private void run(String statement) {
        long begun = System.nanoTime();
        Path target = file;
        file = null;
        if (target != null) {
            lake.run(CopyTo.statement(statement, target), columns -> mode.open(screen(), columns));
        } else {
            show(statement);
        }
        if (timing == Show.YES) {
            say("%.3f s%n".formatted(Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0));
        }
    }

    private void show(String statement) {
        try {
            lake.run(statement, columns -> mode.open(screen(), columns));
        } catch (Pager.Left e) {
            terminal.flush();
        }
    }

    private PrintStream screen() {
        return new PrintStream(
                pages == Show.YES ? new Pager(terminal) : terminal.output(), false, StandardCharsets.UTF_8);
    }

    /** @return whether the conversation goes on */
    private boolean command(Input.Dot dot) {
        switch (dot.name()) {
            case "tables" -> lake.tables().forEach(table -> say(table + "\n"));
            case "schema" -> schema(dot.argument());
            case "asof" -> lookAt(dot.argument());
            case "mode" -> mode = mode(dot.argument());
            case "output" -> file = CopyTo.file(dot.argument());
            case "timing" -> timing = shown(dot);
            case "pager" -> pages = shown(dot);
            case "help" -> say(Dots.help());
            case "quit", "exit" -> {
                return false;
            }
            default ->
                throw wrong("there is no command ." + dot.name() + Suggestion.phrase("." + dot.name(), Dots.names()));
        }
        return true;
    }

    private void schema(String table) {
        for (String name : table.isEmpty() ? lake.tables() : List.of(table)) {
            var columns = lake.columns(name);
            if (columns.isEmpty()) {
                throw new FirnException(
                        ErrorCode.TABLE_NOT_FOUND,
                        "there is no table " + name + Suggestion.phrase(name, lake.tables()));
            }
            say(name + "\n");
            columns.forEach(column -> say("  %-30s %s%n".formatted(column.name(), column.type())));
        }
    }

    private void lookAt(String wanted) {
        String named = wanted.equals("now") ? "" : wanted;
        lake.lookAt(named);
        moment = named;
    }

    private static OutputFormat mode(String name) {
        if (!Dots.modes().contains(name)) {
            throw wrong(".mode must be %s but was %s".formatted(String.join(", ", Dots.modes()), name));
        }
        return OutputFormat.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static Show shown(Input.Dot dot) {
        return switch (dot.argument()) {
            case "on" -> Show.YES;
            case "off" -> Show.NO;
            default -> throw wrong(".%s must be on or off but was %s".formatted(dot.name(), dot.argument()));
        };
    }

    private static FirnException wrong(String message) {
        return new FirnException(ErrorCode.USAGE_INVALID, message);
    }
}
