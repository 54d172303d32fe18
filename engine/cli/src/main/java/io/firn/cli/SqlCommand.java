package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.prompt.CopyTo;
import io.firn.cli.prompt.Prompt;
import io.firn.cli.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jline.terminal.TerminalBuilder;
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
                "Every table is a view, change logs included. Without QUERY, a prompt with completion and history; .help"
                        + " there says more. Where standard input is no screen, statements are read from it, each ended by a"
                        + " semicolon.",
        footer = {
            "  firn sql \"SELECT count(*) FROM product\"",
            "  firn sql --as-of 2026-11-20 --output csv \"SELECT * FROM price\" >prices.csv",
            "  firn sql --to prices.parquet \"SELECT * FROM price WHERE market = 'DE'\"",
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

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description = "Write the query's rows to a file; its name ends in .csv, .json or .parquet.")
    private @Nullable String to;

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
                queries.run(to == null ? query : CopyTo.statement(query, CopyTo.file(to)), session::rows);
                return 0;
            }
            return session.terminal().inIs() == Terminal.Watched.SCREEN ? converse(queries) : readAll(queries);
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
        try {
            String text = new String(session.terminal().in().readAllBytes(), StandardCharsets.UTF_8);
            Prompt.statements(text).forEach(statement -> queries.run(statement, session::rows));
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells what fails and goes on, until the person has enough. */
    private int converse(LakeQueries queries) {
        ErrorReport errors = new ErrorReport(session.terminal().err());
        try (org.jline.terminal.Terminal screen = TerminalBuilder.terminal()) {
            new Prompt(
                            new QueriedLake(queries, session),
                            screen,
                            session.output(),
                            Path.of(System.getProperty("user.home"), ".firn_history"),
                            errors::report)
                    .run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return 0;
    }
}
