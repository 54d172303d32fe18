package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.snapshot.Rollback;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn rollback}. */
@Command(
        name = "rollback",
        header = "Sets tables back to what they were at a moment.",
        description =
                "For rows that are wrong in a table and right in its change log. The change log stays: the next firn"
                        + " ingest, or a running service within a minute, folds into the table again what came since. Readers see the"
                        + " older rows until then. No file is deleted.",
        footer = "  firn rollback price --as-of 2026-11-20 --dry-run")
final class RollbackCommand implements Runnable {
    private final Session session;

    @Parameters(paramLabel = "TABLE", arity = "1..*", description = "Tables to set back.")
    private List<String> tables = List.of();

    @ArgGroup(multiplicity = "1", heading = "%nWhere to (one of):%n")
    private LakeMoment moment = new LakeMoment();

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    RollbackCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        FirnConfig config = session.config();
        if (moment.isHead()) {
            throw new FirnException(ErrorCode.USAGE_INVALID, "one of --as-of, --tag and --snapshot is needed");
        }
        List<String> names = TableArguments.of(config, tables);
        try (Lake lake = Lake.open(config.lake());
                RowWriter rows = session.rows("table", "from_snapshot", "to_snapshot", "from_cut", "to_cut")) {
            Rollback rollback = new Rollback(lake);
            List<Rollback.Plan> plans = names.stream()
                    .map(name -> rollback.plan(name, moment.asOf(config.snapshots())))
                    .toList();
            for (Rollback.Plan plan : plans) {
                if (!dryRun) {
                    rollback.apply(plan);
                }
                rows.row(List.of(plan.table(), plan.fromSnapshot(), plan.toSnapshot(), plan.fromCut(), plan.toCut()));
            }
        }
    }
}
