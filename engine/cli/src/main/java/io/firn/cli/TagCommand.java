package io.firn.cli;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.quality.Quality;
import io.firn.cli.terminal.RowWriter;
import io.firn.snapshot.TagPlan;
import io.firn.snapshot.Tags;
import io.firn.snapshot.ledger.Ledger;
import io.firn.snapshot.ledger.PinnedMetadata;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code firn tag}. */
@Command(
        name = "tag",
        header = "Tags all tables at the same cut of the source: closed days, or now under a name.",
        description =
                "Without a day or a name, every closed day that misses a tag gets it; the writer tags days itself, so"
                        + " that there is usually nothing to do. A tag is never moved: a name that is taken for another"
                        + " snapshot is refused.",
        footer = {"  firn tag --day 2026-11-20", "  firn tag --name before-migration"})
final class TagCommand implements Callable<Integer> {
    private final Session session;

    @ArgGroup(heading = "%nWhat (one of):%n")
    private What what = new What();

    @Option(names = "--dry-run", description = "Only say what would be tagged.")
    private boolean dryRun;

    /** A day or a name. */
    static final class What {
        @Option(names = "--day", paramLabel = "D", description = "A closed day, such as 2026-11-20.")
        private @Nullable LocalDate day;

        @Option(
                names = "--name",
                paramLabel = "T",
                description = "A name for the latest cut that all tables have reached.")
        private @Nullable String name;

        private List<TagPlan> plans(Tags tags, Collection<String> tables, LocalDate today) {
            if (day != null) {
                return tags.planDay(tables, day);
            }
            return name == null ? tags.planDays(tables, today) : tags.planNamed(tables, name);
        }
    }

    TagCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        Collection<String> tables = config.tables().keySet();
        try (Lake lake = Lake.open(config.lake())) {
            tag(lake, config, tables);
            if (!dryRun && what.name == null) {
                enter(lake, config, tables);
            }
        }
        return 0;
    }

    private void tag(Lake lake, FirnConfig config, Collection<String> tables) {
        Tags tags = new Tags(lake, config.snapshots());
        LocalDate today = LocalDate.now(Clock.system(config.snapshots().zone()));
        try (RowWriter rows = session.rows("table", "tag", "snapshot", "cut", "action")) {
            for (TagPlan plan : what.plans(tags, tables, today)) {
                TagPlan done = dryRun ? plan : tags.apply(plan);
                if (!dryRun) {
                    pin(lake.table(done.table()), done);
                }
                rows.row(List.of(
                        done.table(), done.tag(), done.snapshotId(), done.cut(), String.valueOf(done.action())));
            }
        }
    }

    private static void pin(Table table, TagPlan plan) {
        PinnedMetadata.write(table, plan.tag(), table.snapshot(plan.snapshotId()));
    }

    private void enter(Lake lake, FirnConfig config, Collection<String> tables) {
        try (DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench())) {
            Quality quality = new Quality(config, lake, workbench, Clock.systemUTC());
            for (Ledger.Entered day : new Ledger(lake, config.snapshots(), workbench)
                    .catchUp(tables, (closed, snapshots) -> quality.verdicts(closed, snapshots.keySet()))) {
                session.note("ledger: %s at cut %d, hash %s".formatted(day.day(), day.cut(), day.hash()));
                day.late()
                        .forEach((table, changes) ->
                                session.note("%s: %d changes that came in on %s are from days that had closed before"
                                        .formatted(table, changes, day.day())));
                day.missing()
                        .forEach(table -> session.note(
                                "%s was stopped when %s closed and has no such day".formatted(table, day.day())));
            }
        }
    }
}
