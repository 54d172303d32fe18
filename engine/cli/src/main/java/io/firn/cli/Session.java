package io.firn.cli;

import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.LateRows;
import io.firn.cli.terminal.OutputFormat;
import io.firn.cli.terminal.Progress;
import io.firn.cli.terminal.RowWriter;
import io.firn.cli.terminal.Terminal;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a command is given: the configuration when it asks for it, and where its output goes. */
final class Session {

    private final GlobalOptions options;
    private final Terminal terminal;
    private final Map<String, String> environment;
    private @Nullable Supplier<RowWriter> empty;

    Session(GlobalOptions options, Terminal terminal, Map<String, String> environment) {
        this.options = options;
        this.terminal = terminal;
        this.environment = environment;
    }

    /**
     * Reads the configuration.
     *
     * @throws io.firn.catalog.FirnException with all problems in it
     */
    FirnConfig config() {
        return ConfigLoader.load(configFile(), environment);
    }

    /** A variable of the environment; empty when it is not set. */
    String environment(String name) {
        return environment.getOrDefault(name, "");
    }

    /** The file that {@link #config()} reads. */
    Path configFile() {
        return options.config();
    }

    /** Begins the command's data, in the form the user asked for. */
    RowWriter rows(String... columns) {
        return rows(List.of(columns));
    }

    /** Begins the command's data, in the form the user asked for. */
    RowWriter rows(List<String> columns) {
        printEmpty();
        return new LateRows(() -> options.output().open(terminal.out(), columns), output -> empty = output);
    }

    /** The command has done what it was to do: data without a row is now known to be complete. */
    void succeeded() {
        printEmpty();
    }

    private void printEmpty() {
        if (empty != null) {
            empty.get().close();
            empty = null;
        }
    }

    /** The form in which data comes out. */
    OutputFormat output() {
        return options.output();
    }

    /** A progress line on the screen, if there is one. */
    Progress progress() {
        return new Progress(terminal, Clock.systemUTC());
    }

    /** One line for people, beside the data. */
    void note(String line) {
        terminal.err().println(line);
    }

    /** The streams and what watches them. */
    Terminal terminal() {
        return terminal;
    }
}
