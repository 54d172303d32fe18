package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.Progress;
import io.firn.cli.terminal.RowWriter;
import io.firn.snapshot.replay.Repair;
import io.firn.snapshot.replay.RepairScope;
import io.firn.snapshot.replay.Replay;
import io.firn.snapshot.replay.Start;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.iceberg.catalog.Namespace;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code firn replay}. */
@Command(
        name = "replay",
        header = "Makes a day again from the change log, and compares.",
        description =
                "The day's tables are made anew in a namespace beside the lake's, from the nearest earlier day and the"
                        + " changes after it or from the very beginning, and their digests are compared with the tagged ones."
                        + " With --repair, the current tables are compared partition by partition, and those that differ or"
                        + " cannot be read are replaced in one commit; with --partition or --keys, only these. Exit code 3"
                        + " when anything differs.",
        footer = {
            "  firn replay --day 2026-11-20 --from-scratch",
            "  firn replay --repair --dry-run --table price",
            "  firn replay --repair --table product --keys product_id=1000..1999"
        })
final class ReplayCommand implements Callable<Integer> {
    private final Session session;

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    @Option(names = "--table", paramLabel = "T", description = "Only this table; may be given more than once.")
    private List<String> tables = List.of();

    @Option(names = "--from-scratch", description = "Begin with nothing instead of an earlier day.")
    private boolean fromScratch;

    @Option(
            names = "--into",
            paramLabel = "NAMESPACE",
            description = "Where the new tables go (default: the lake's namespace with _replay).")
    private @Nullable String into;

    @Option(
            names = "--partition",
            paramLabel = "P",
            description =
                    "With --repair, only this partition, such as product_id_bucket=3; may be given more than once.")
    private Set<String> partitions = Set.of();

    @Option(
            names = "--keys",
            paramLabel = "RANGE",
            description = "With --repair, only these rows: COLUMN=FIRST..LAST, the last included.")
    private @Nullable String keys;

    @Option(names = "--dry-run", description = "With --repair, only say what differs.")
    private boolean dryRun;

    /** A day or the present. */
    static final class What {
        @Option(names = "--day", paramLabel = "D", description = "The closed day to make again.")
        private @Nullable LocalDate day;

        @Option(names = "--repair", description = "Repair the current tables.")
        private boolean repair;
    }

    ReplayCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        if (what.day != null && (!partitions.isEmpty() || keys != null)) {
            throw new FirnException(ErrorCode.USAGE_INVALID, "--partition and --keys need --repair");
        }
        List<String> names = TableArguments.of(config, tables);
        Start start = fromScratch ? Start.BEGINNING : Start.NEAREST_DAY;
        List<String> differences = new ArrayList<>();
        try (Progress progress = session.progress();
                Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench())) {
            if (what.day == null) {
                repair(lake, config, workbench, names, start, progress, differences);
            } else {
                replay(lake, config, workbench, names, start, what.day, progress, differences);
            }
        }
        if (!differences.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, differences);
        }
        return 0;
    }

    private void replay(
            Lake lake,
            FirnConfig config,
            Workbench workbench,
            List<String> names,
            Start start,
            LocalDate day,
            Progress progress,
            List<String> differences) {
        Path uploads = config.workbench().tempDirectory();
        Replay replay = new Replay(lake, config.snapshots(), workbench, Clock.systemUTC(), uploads);
        String target = into == null ? lake.namespace() + "_replay" : into;
        Namespace namespace = Namespace.of(target.split("\\.", -1));
        try (RowWriter rows =
                session.rows("table", "rebuilt_as", "base", "cut", "changes", "rows", "digest", "equal")) {
            for (String name : names) {
                progress.begin("making %s of %s again".formatted(name, day));
                Replay.Replayed done = replay.run(name, day, start, namespace);
                rows.row(Arrays.asList(
                        name,
                        done.target(),
                        done.base(),
                        done.cut(),
                        done.changes(),
                        done.rebuilt().rows(),
                        done.rebuilt().toString(),
                        done.isEqual()));
                if (!done.isEqual()) {
                    differences.add("%s of %s has the digest %s, but its change log gives %s"
                            .formatted(name, day, done.original(), done.rebuilt()));
                }
            }
        }
    }

    private void repair(
            Lake lake,
            FirnConfig config,
            Workbench workbench,
            List<String> names,
            Start start,
            Progress progress,
            List<String> differences) {
        Repair repair = new Repair(lake, workbench, config.workbench().tempDirectory());
        RepairScope scope = new RepairScope(partitions, keys == null ? null : RepairScope.KeyRange.parse(keys));
        Repair.Mode mode = dryRun ? Repair.Mode.COMPARE : Repair.Mode.REPLACE;
        try (RowWriter rows = session.rows("table", "partition", "rows", "finding")) {
            for (String name : names) {
                progress.begin("comparing " + name);
                for (Repair.Part part : repair.run(name, scope, start, mode)) {
                    rows.row(Arrays.asList(name, part.partition(), part.rows(), part.finding()));
                    if (part.finding() != null && dryRun) {
                        differences.add("%s %s %s".formatted(name, part.partition(), part.finding()));
                    }
                }
            }
        }
    }
}
