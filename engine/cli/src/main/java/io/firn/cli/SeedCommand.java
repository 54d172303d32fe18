package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.WarehouseCheck;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.Progress;
import io.firn.cli.wiring.Wiring;
import io.firn.engine.seed.Seed;
import io.firn.engine.seed.SeedListener;
import io.firn.engine.seed.SeedPart;
import io.firn.engine.seed.SeedSettings;
import io.firn.engine.seed.SeedSource;
import io.firn.engine.seed.Throttle;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn seed}. */
@Command(
        name = "seed",
        header = "Loads tables from PostgreSQL in bulk.",
        description = {
            "Reads several parts of the tables at a time, in short transactions. Nobody sees the rows before all tables are"
                    + " complete; then all of them are as of one moment, from which ingest goes on.",
            "%nA table that is in use already is read again: it gets these rows in one commit, while ingest goes on and other"
                    + " tables are left alone.",
            "%nWhen it is interrupted, run it again: what is done is kept."
        },
        footer = "  firn -c shop/firn.yaml seed --max-connections 4")
final class SeedCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            paramLabel = "TABLE",
            arity = "0..*",
            description =
                    "Tables to load now; all when none is named. At first, they are seen once every table is loaded.")
    private List<String> tables = List.of();

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "Most connections that read at a time (default: ${DEFAULT-VALUE}).",
            defaultValue = "4")
    private int maxConnections;

    @Option(
            names = "--max-rows-per-second",
            paramLabel = "N",
            description = "Most rows read in a second, over all connections. Left out, there is no limit.")
    private @Nullable Long maxRowsPerSecond;

    @Option(
            names = "--part-megabytes",
            paramLabel = "N",
            description = "How much of a table in PostgreSQL is read in one transaction and committed as one (default:"
                    + " ${DEFAULT-VALUE}).",
            defaultValue = "256")
    private long partMegabytes;

    @Option(
            names = "--from",
            paramLabel = "LOCATION",
            description =
                    "Take the rows from Parquet or CSV files instead: LOCATION is a folder or a prefix in a store, with a"
                            + " folder for each table, or of the files where there is one table. Changes are taken from where the replication slot stands,"
                            + " or from the beginnings of the topics: these must not be after the files were written.")
    private @Nullable String from;

    SeedCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        List<String> names = TableArguments.of(config, tables);
        requirePositive("--max-connections", maxConnections);
        requirePositive("--part-megabytes", partMegabytes);
        Throttle throttle = Throttle.none();
        if (maxRowsPerSecond != null) {
            requirePositive("--max-rows-per-second", maxRowsPerSecond);
            throttle = Throttle.of(maxRowsPerSecond);
        }
        WarehouseCheck.requireWritable(config.lake().catalog(), ".firn-seed-" + UUID.randomUUID());
        SeedSettings settings = new SeedSettings(
                maxConnections, throttle, config.workbench().tempDirectory().resolve("seed"));
        run(config, names, settings);
        return 0;
    }

    private void run(FirnConfig config, List<String> names, SeedSettings settings) {
        try (Progress progress = session.progress();
                Lake lake = Lake.open(config.lake());
                DuckDatabase database = DuckDatabase.open(SeedSettings.workbench(config.workbench(), maxConnections));
                Workbench workbench = new Workbench(database, config.workbench());
                SeedSource source = source(config, lake, database, progress)) {
            Counting counting = new Counting(progress);
            Seed seed = new Seed(config, lake, workbench, source, settings, counting, Clock.systemUTC());
            Seed.Outcome outcome = seed.run(names);
            session.note("%,d rows read in %,d parts; %s"
                    .formatted(
                            counting.rows.get(),
                            counting.parts.get(),
                            outcome == Seed.Outcome.PUBLISHED
                                    ? "every table is complete"
                                    : "the tables will be seen when the others are loaded too"));
        }
    }

    private SeedSource source(FirnConfig config, Lake lake, DuckDatabase database, Progress progress) {
        String files = from;
        if (files == null) {
            return Wiring.seedSource(config, partMegabytes << 20, progress::begin);
        }
        String root = files.contains(":")
                ? files
                : Path.of(files).toAbsolutePath().normalize().toString();
        Map<String, String> locations = new HashMap<>();
        config.tables()
                .forEach((name, table) ->
                        locations.put(table.source(), config.tables().size() == 1 ? root : root + "/" + name));
        return Wiring.seedFiles(config, lake, database, locations);
    }

    private static void requirePositive(String option, long value) {
        if (value < 1) {
            throw new FirnException(ErrorCode.USAGE_INVALID, "%s must be positive but was %d".formatted(option, value));
        }
    }

    private final class Counting implements SeedListener {
        private final Progress progress;
        private final AtomicLong rows = new AtomicLong();
        private final AtomicLong parts = new AtomicLong();

        Counting(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void planned(long totalRows, long doneRows) {
            progress.resume("loading", totalRows, doneRows);
        }

        @Override
        public void read(long more) {
            rows.addAndGet(more);
            progress.advance(more);
        }

        @Override
        public void finished(String table, SeedPart part) {
            parts.incrementAndGet();
        }

        @Override
        public void note(String line) {
            session.note(line);
        }
    }
}
