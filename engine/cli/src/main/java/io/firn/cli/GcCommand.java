package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.snapshot.retention.GarbageCollection;
import io.firn.snapshot.retention.OrphanSweep;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn gc}. */
@Command(
        name = "gc",
        header = "Deletes files that no snapshot needs any more, once.",
        description =
                "Deletes what firn expire noted, after a time of grace (snapshots.grace). With --check, all manifests"
                        + " are read first and nothing is deleted when one still needs a file. With --orphans, a table's folder"
                        + " is listed as well, files that belong to nothing are deleted, and uploads to S3 that a crash left"
                        + " unfinished are aborted.",
        footer = {"  firn gc --dry-run", "  firn gc --check --orphans --older-than 14 product"})
final class GcCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            paramLabel = "TABLE",
            arity = "0..*",
            description = "Tables, change logs included; all of the lake when none is named.")
    private List<String> tables = List.of();

    @Option(names = "--dry-run", description = "Only list the files that would be deleted.")
    private boolean dryRun;

    @Option(names = "--check", description = "First compare with everything that is reachable.")
    private boolean check;

    @Option(names = "--orphans", description = "Delete orphans too.")
    private boolean orphans;

    @Option(
            names = "--older-than",
            paramLabel = "DAYS",
            description = "How old an orphan must be (default: ${DEFAULT-VALUE}).",
            defaultValue = "7")
    private int days;

    GcCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (days < 1) {
            throw new FirnException(ErrorCode.USAGE_INVALID, "--older-than must be at least 1 day but was " + days);
        }
        FirnConfig config = session.config();
        try (Lake lake = Lake.open(config.lake());
                RowWriter rows = dryRun
                        ? session.rows("table", "kind", "location")
                        : session.rows("table", "kind", "deleted", "waiting")) {
            for (String name : tables.isEmpty() ? lake.tables() : tables) {
                collect(lake, config, name, rows);
                if (orphans) {
                    sweep(lake, name, rows);
                }
            }
        }
        return 0;
    }

    private void collect(Lake lake, FirnConfig config, String name, RowWriter rows) {
        GarbageCollection collection = new GarbageCollection(lake, config.snapshots(), Clock.systemUTC());
        GarbageCollection.Plan plan = collection.plan(name);
        if (check) {
            collection.check(plan);
        }
        if (dryRun) {
            plan.locations().forEach(location -> rows.row(List.of(name, "garbage", location)));
        } else {
            rows.row(List.of(name, "garbage", collection.run(plan), plan.waiting()));
        }
    }

    private void sweep(Lake lake, String name, RowWriter rows) {
        OrphanSweep sweep = new OrphanSweep(lake, Clock.systemUTC());
        OrphanSweep.Orphans found = sweep.find(name, Duration.ofDays(days));
        if (dryRun) {
            found.locations().forEach(location -> rows.row(List.of(name, "orphan", location)));
            found.uploads().forEach(upload -> rows.row(List.of(name, "unfinished upload", upload.location())));
        } else {
            rows.row(List.of(name, "orphan", sweep.delete(found), 0));
        }
    }
}
