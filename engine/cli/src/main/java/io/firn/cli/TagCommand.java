package io.firn.cli;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.snapshot.TagPlan;
import io.firn.snapshot.Tags;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code firn tag}. */
@Command(
        name = "tag",
        header = "Tags all tables at their latest common cut.",
        description = "A tag is never moved: a name that is taken for another snapshot is refused.",
        footer = "  firn -c shop/firn.yaml tag --name before-migration")
final class TagCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--name", paramLabel = "T", required = true, description = "The tag's name.")
    private String name = "";

    @Option(names = "--dry-run", description = "Only say what would be tagged.")
    private boolean dryRun;

    TagCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        try (Lake lake = Lake.open(config.lake());
                RowWriter rows = session.rows("table", "tag", "snapshot", "cut", "action")) {
            Tags tags = new Tags(lake, config.snapshots());
            List<TagPlan> plans = tags.planNamed(config.tables().keySet(), name);
            for (TagPlan plan : plans) {
                TagPlan done = dryRun ? plan : tags.apply(plan);
                rows.row(List.of(
                        done.table(), done.tag(), done.snapshotId(), done.cut(), String.valueOf(done.action())));
            }
        }
        return 0;
    }
}
