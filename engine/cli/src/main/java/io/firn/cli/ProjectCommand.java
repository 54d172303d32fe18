package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.RedisConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.engine.redis.Coverage;
import io.firn.engine.redis.Estimate;
import io.firn.engine.redis.Projector;
import io.firn.engine.redis.Verification;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code firn project}. */
@Command(
        name = "project",
        header = "Brings Redis up to the lake, once.",
        description =
                "Rows are guarded by their version, so that Redis never goes backwards, whoever else writes to it.",
        footer = "  firn -c shop/firn.yaml project --verify")
final class ProjectCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = "--rebuild",
            description = "Load every row again, and switch readers to it when all is there if the key has {gen}.")
    private boolean rebuild;

    @ArgGroup(heading = "%nWhat --rebuild loads, before what came since (one of; needs {gen} in the key):%n")
    private LakeMoment moment = new LakeMoment();

    @Option(
            names = "--verify",
            arity = "0..1",
            paramLabel = "ROWS",
            fallbackValue = "0",
            description = "Compare every row with the lake afterwards, or about so many, chosen at random.")
    private @Nullable Long verify;

    @Option(
            names = "--estimate",
            description =
                    "Write nothing but a few rows, ask Redis what they take, remove them, and say what the tables will"
                            + " take.")
    private boolean estimate;

    ProjectCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        RedisConfig redis = config.serving().redis();
        AsOf from = moment.asOf(config.snapshots());
        if (!rebuild && !(from instanceof AsOf.Head)) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID, "--as-of, --tag and --snapshot say what --rebuild loads: add --rebuild");
        }
        if (redis != null && redis.tables().size() > 1 && from instanceof AsOf.SnapshotId) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID,
                    "--snapshot is of one table, and serving.redis.tables has several: use --as-of or --tag");
        }
        if (redis == null) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID, "serving.redis is missing: there is nothing to project to");
        }
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase database = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(database, config.workbench());
                Projector projector = Projector.open(redis, lake, workbench)) {
            return estimate ? estimate(projector) : project(projector, from);
        }
    }

    private int project(Projector projector, AsOf from) {
        List<String> broken = new ArrayList<>();
        try (RowWriter rows = session.rows("table", "state", "cut", "rows_loaded", "compared", "different")) {
            for (String table : projector.tables()) {
                io.firn.engine.redis.Progress done =
                        rebuild ? projector.rebuild(table, from) : projector.catchUp(table);
                long compared = 0;
                long different = 0;
                if (verify != null) {
                    Verification found = projector.verify(table, coverage(verify));
                    compared = found.compared();
                    different = found.different();
                    found.differences().forEach(difference -> broken.add("%s: %s".formatted(table, difference)));
                }
                rows.row(List.of(table, done.state().name(), done.cut(), done.loaded(), compared, different));
            }
        }
        if (!broken.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, broken);
        }
        return 0;
    }

    private static Coverage coverage(long rows) {
        return rows == 0 ? new Coverage.All() : new Coverage.Sample(rows, System.nanoTime());
    }

    private int estimate(Projector projector) {
        long together = 0;
        try (RowWriter rows =
                session.rows("table", "rows", "bytes_per_row", "bytes", "redis_used", "redis_limit", "fits")) {
            for (String table : projector.tables()) {
                Estimate found = projector.estimate(table);
                together += found.bytes();
                rows.row(List.of(
                        table,
                        found.rows(),
                        found.bytesPerRow(),
                        found.bytes(),
                        found.usedBytes(),
                        found.limitBytes(),
                        found.fits()));
                requireRoom(together, found);
            }
        }
        return 0;
    }

    private static void requireRoom(long together, Estimate last) {
        if (last.limitBytes() > 0 && last.usedBytes() + together > last.limitBytes()) {
            throw new FirnException(
                    ErrorCode.CHECK_FAILED,
                    "table %s and those before it take %d bytes, and Redis has room for %d more"
                            .formatted(last.table(), together, Math.max(0, last.limitBytes() - last.usedBytes())));
        }
    }
}
