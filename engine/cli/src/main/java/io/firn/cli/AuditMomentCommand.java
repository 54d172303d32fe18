package io.firn.cli;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.snapshot.Moments;
import io.firn.workbench.Scan;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code firn audit moment}. */
@Command(
        name = "moment",
        header = "Says what a report run at a moment saw: of each table the snapshot, and the source's position.",
        description = "\"firn sql\" with the same option shows the rows themselves.",
        footer = {"  firn audit moment --snapshot 7417628374612", "  firn audit moment --as-of 2026-11-20T14:30Z price"
        })
final class AuditMomentCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "TABLE", arity = "0..*", description = "The tables; all when none is named.")
    private List<String> tables = List.of();

    @ArgGroup(heading = "%nWhen (one of):%n")
    private LakeMoment moment = new LakeMoment();

    AuditMomentCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        List<String> names = TableArguments.of(config, tables);
        try (Lake lake = Lake.open(config.lake());
                RowWriter rows =
                        session.rows("table", "snapshot", "written_at", "cut", "lsn", "changes_until", "tags")) {
            Moments moments = new Moments(lake, config.snapshots(), Clock.systemUTC());
            for (String name : names) {
                Scan seen = moments.shown(name, moment.asOf(config.snapshots())).scan();
                rows.row(row(name, seen.table(), seen.snapshotId()));
            }
        }
        return 0;
    }

    private static List<@Nullable Object> row(String name, Table table, @Nullable Long id) {
        @Nullable Snapshot snapshot = id == null ? null : table.snapshot(id);
        if (snapshot == null) {
            return Arrays.asList(name, null, null, 0L, null, null, "");
        }
        Cut cut = CutProperties.appliedAt(table, snapshot);
        long seen = snapshot.snapshotId();
        String tags = table.refs().entrySet().stream()
                .filter(ref -> ref.getValue().isTag() && ref.getValue().snapshotId() == seen)
                .map(Map.Entry::getKey)
                .sorted()
                .collect(Collectors.joining(" "));
        return Arrays.asList(
                name,
                seen,
                Instant.ofEpochMilli(snapshot.timestampMillis()),
                cut.number(),
                cut.equals(Cut.NONE) ? null : cut.lsn(),
                cut.equals(Cut.NONE) ? null : cut.committedAt(),
                tags);
    }
}
