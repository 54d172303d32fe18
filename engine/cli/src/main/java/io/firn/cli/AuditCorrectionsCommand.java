package io.firn.cli;

import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.dq.late.AffectedDay;
import io.firn.dq.late.LateCorrections;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn audit corrections}. */
@Command(
        name = "corrections",
        header = "Lists the closed days that later changes touch.",
        description =
                "Their tags stay what they are, and reports made from the table today differ from those made from the tag. A"
                        + " change touches the days that --column has before and after it; without --column, the day on which the"
                        + " source committed it. \"firn audit changes\" shows the changes one by one.",
        footer = "  firn audit corrections price --column valid_from --grace 7")
final class AuditCorrectionsCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "TABLE", arity = "0..*", description = "The tables; all when none is named.")
    private List<String> tables = List.of();

    @Option(
            names = "--column",
            paramLabel = "C",
            description = "The date or time that says to which day a row belongs.")
    private @Nullable String column;

    @Option(
            names = "--grace",
            paramLabel = "DAYS",
            description = "How many days after its day a change may come without being listed (default:"
                    + " ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private int graceDays;

    AuditCorrectionsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        List<String> names = TableArguments.of(config, tables);
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench());
                RowWriter rows = session.rows("table", "day", "changes", "first", "last", "last_cut")) {
            LateCorrections corrections =
                    new LateCorrections(workbench, config.snapshots().zone());
            for (String name : names) {
                LateCorrections.Question question = new LateCorrections.Question(name, column, graceDays);
                corrections
                        .of(
                                question,
                                lake.table(name),
                                lake.table(TableDefinition.changeLogOf(name)),
                                LateCorrections.Cuts.ALL)
                        .forEach(day -> rows.row(row(day)));
            }
        }
        return 0;
    }

    private static List<Object> row(AffectedDay day) {
        return List.of(day.table(), day.day(), day.changes(), day.first(), day.last(), day.lastCut());
    }
}
