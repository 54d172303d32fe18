package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn sql}. */
@Command(
        name = "sql",
        header = "Queries the lake with DuckDB, as it is now or on any day.",
        description =
                "Every table is a view, change logs included. Without QUERY, statements are read from standard input,"
                        + " each ended by a semicolon.",
        footer = {
            "  firn sql \"SELECT count(*) FROM product\"",
            "  firn sql --as-of 2026-11-20 --output csv \"SELECT * FROM price\" >prices.csv",
            "  firn sql --diff 2026-11-19..2026-11-20 price"
        })
final class SqlCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "QUERY", description = "DuckDB's SQL; with --diff, a table.")
    private @Nullable String query;

    @ArgGroup(heading = "%nWhen (one of):%n")
    private LakeMoment moment = new LakeMoment();

    @Option(
            names = "--diff",
            paramLabel = "FROM..TO",
            description = "Instead of a query, names a table and shows its rows that differ between two days or tags;"
                    + " nothing after the dots is now.")
    private @Nullable String diff;

    SqlCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        try (LakeQueries queries = LakeQueries.open(config, moment.asOf(config.snapshots()))) {
            if (diff != null) {
                return compare(queries, diff);
            }
            if (query != null) {
                queries.run(query, session::rows);
                return 0;
            }
            return session.terminal().errIs() == Terminal.Watched.SCREEN ? converse(queries) : readAll(queries);
        }
    }

    private int compare(LakeQueries queries, String between) {
        moment.requireNone("--diff");
        if (query == null) {
            throw new FirnException(ErrorCode.USAGE_INVALID, "--diff needs the name of a table");
        }
        queries.diff(LakeDiff.parse(between), query, session::rows);
        return 0;
    }

    /** Stops at the first statement that fails. */
    private int readAll(LakeQueries queries) {
        BufferedReader in = input();
        for (String statement = Statements.next(in, () -> {});
                statement != null;
                statement = Statements.next(in, () -> {})) {
            queries.run(statement, session::rows);
        }
        return 0;
    }

    /** Tells what fails and goes on, until the input ends. */
    private int converse(LakeQueries queries) {
        ErrorReport errors = new ErrorReport(session.terminal().err());
        session.note(
                "Tables: " + String.join(", ", queries.tables()) + ". A semicolon ends a statement, Ctrl-D ends this.");
        BufferedReader in = input();
        for (String statement = ask(in); statement != null; statement = ask(in)) {
            try {
                queries.run(statement, session::rows);
            } catch (FirnException e) {
                errors.report(e);
            }
        }
        return 0;
    }

    private @Nullable String ask(BufferedReader in) {
        return Statements.next(in, () -> {
            session.terminal().err().print("firn> ");
            session.terminal().err().flush();
        });
    }

    private BufferedReader input() {
        return new BufferedReader(new InputStreamReader(session.terminal().in(), StandardCharsets.UTF_8));
    }

    /** Cuts the input into statements. */
    static final class Statements {

        private Statements() {}

        /** The text up to a semicolon at the end of a line, outside quotes; null at the end of the input. */
        static @Nullable String next(BufferedReader in, Runnable prompt) {
            StringBuilder statement = new StringBuilder();
            try {
                prompt.run();
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    statement.append(line).append('\n');
                    if (ended(statement)) {
                        return statement.toString();
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return statement.toString().isBlank() ? null : statement.toString();
        }

        private static boolean ended(CharSequence statement) {
            String text = statement.toString();
            long quotes = text.chars().filter(c -> c == '\'').count();
            return quotes % 2 == 0 && text.stripTrailing().endsWith(";");
        }
    }
}
