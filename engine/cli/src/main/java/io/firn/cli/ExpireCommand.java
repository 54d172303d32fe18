package io.firn.cli;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.snapshot.retention.Expiry;
import io.firn.snapshot.retention.ExpiryPlan;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn expire}. */
@Command(
        name = "expire",
        header = "Forgets snapshots and days whose time is over, once.",
        description =
                "Keeps the head, everything young (snapshots.keep-all), every day (snapshots.retain), every other tag"
                        + " and branch, tags on hold (table property firn.hold.TAG), and what a change log still has to hand to"
                        + " its table. No file is deleted: what nothing needs any more is noted for firn gc.",
        footer = "  firn expire --dry-run")
final class ExpireCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            paramLabel = "TABLE",
            arity = "0..*",
            description = "Tables, change logs included; all of the lake when none is named.")
    private List<String> tables = List.of();

    @Option(names = "--dry-run", description = "Only say what would be forgotten.")
    private boolean dryRun;

    ExpireCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        try (Lake lake = Lake.open(config.lake());
                RowWriter rows = dryRun
                        ? session.rows("table", "tags", "snapshots", "kept")
                        : session.rows("table", "tags", "snapshots", "kept", "garbage")) {
            Expiry expiry = new Expiry(lake, config.snapshots(), Clock.systemUTC());
            for (String name : tables.isEmpty() ? lake.tables() : tables) {
                if (dryRun) {
                    ExpiryPlan plan = expiry.plan(name);
                    rows.row(List.of(name, plan.tags(), plan.snapshots().size(), plan.kept()));
                } else {
                    Expiry.Expired done = expiry.run(name);
                    ExpiryPlan plan = done.plan();
                    rows.row(List.of(name, plan.tags(), plan.snapshots().size(), plan.kept(), done.garbage()));
                }
            }
        }
        return 0;
    }
}
