package io.firn.cli;

import io.firn.snapshot.audit.ChangeQuestion;
import io.firn.workbench.AsOf;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn audit changes}. */
@Command(
        name = "changes",
        header = "Shows who changed what when, with the evidence.",
        description =
                "One line for each change of a table's rows, oldest first: when the source committed it, the row's key,"
                        + " the values before and after, and where it can be found again: the cut of the source, the log"
                        + " sequence number and transaction in PostgreSQL, the first kept snapshot that shows it, the first tag"
                        + " that holds it. Days are business days, as they were closed.",
        footer = {
            "  firn audit changes price --key product_id=42 --key market=DE --column amount",
            "  firn audit changes price --column amount --beyond 10 --from 2026-11-20 --to 2026-11-20 --output csv"
        })
final class AuditChangesCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "TABLE", description = "The table whose rows changed.")
    private String table = "";

    @Option(
            names = "--key",
            paramLabel = "K",
            description = "One row: COLUMN=VALUE for each column of the key, or the value alone.")
    private List<String> key = List.of();

    @Option(names = "--column", paramLabel = "C", description = "Only changes of this column.")
    private @Nullable String column;

    @Option(names = "--beyond", paramLabel = "PERCENT", description = "Only changes of the column by more than this.")
    private @Nullable BigDecimal beyondPercent;

    @Option(names = "--from", paramLabel = "D", description = "The first business day.")
    private @Nullable LocalDate from;

    @Option(names = "--to", paramLabel = "D", description = "The last business day.")
    private @Nullable LocalDate to;

    @Option(
            names = "--show",
            paramLabel = "C",
            split = ",",
            description = "Further columns, such as one that names the user.")
    private List<String> show = List.of();

    @Option(
            names = "--late",
            description = "Only changes that the source committed before --from began, by its clock: they came in too"
                    + " late for their own day.")
    private boolean late;

    AuditChangesCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        ChangeQuestion question = new ChangeQuestion(
                table,
                key,
                column,
                from,
                to,
                beyondPercent,
                show,
                late ? ChangeQuestion.Which.LATE : ChangeQuestion.Which.ALL);
        try (LakeQueries queries = LakeQueries.open(session.config(), new AsOf.Head())) {
            queries.changes(question, session::rows);
        }
        return 0;
    }
}
