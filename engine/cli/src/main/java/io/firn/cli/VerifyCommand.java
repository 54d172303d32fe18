package io.firn.cli;

import io.firn.catalog.Cut;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.PostgresConfig;
import io.firn.cli.probe.PostgresFailures;
import io.firn.cli.terminal.Progress;
import io.firn.cli.terminal.RowWriter;
import io.firn.cli.verify.Findings;
import io.firn.cli.verify.TableParts;
import io.firn.cli.wiring.PostgresTables;
import io.firn.cli.wiring.Wiring;
import io.firn.dq.verify.LakeProgress;
import io.firn.dq.verify.Verification;
import io.firn.dq.verify.Verify;
import io.firn.engine.debezium.PostgresRows;
import io.firn.engine.debezium.PostgresSettings;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.RowRepair;
import io.firn.engine.seed.Throttle;
import io.firn.engine.source.ChangeSource;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.Digest;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn verify}. */
@Command(
        name = "verify",
        header = "Compares the lake with PostgreSQL, row by row, by digest.",
        description = "Each side computes its own digest; where they differ, the differing keys and columns are found."
                + " Exact while the source goes on changing: rows are compared at one moment of PostgreSQL, to which the"
                + " lake's rows are brought by the change log, and a running ingest is given time to get there. Reports, and"
                + " repairs nothing unless told to.",
        footer = "  firn -c shop/firn.yaml verify product price")
final class VerifyCommand implements Callable<Integer> {
    private static final int MOST_REPAIRED = 100_000;

    private final Session session;
    private final long begun = System.nanoTime();
    private final Map<String, List<List<String>>> differing = new LinkedHashMap<>();

    @Parameters(paramLabel = "TABLE", arity = "0..*", description = "Tables to compare; all when none is named.")
    private List<String> tables = List.of();

    @Option(
            names = "--most-differences",
            paramLabel = "N",
            description = "Differing rows to show for each table (default: ${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int mostDifferences;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            description =
                    "How long the lake may take to reach the moment, where something differs; twice commit.interval"
                            + " and half a minute when left out. What differs after that is reported.")
    private @Nullable Integer patienceSeconds;

    @Option(
            names = "--part-rows",
            paramLabel = "N",
            description = "Compare about so many rows at a time, by ranges of the key, each at a moment of its own. An"
                    + " interrupted round is gone on with the next time.")
    private @Nullable Long partRows;

    @Option(
            names = "--max-rows-per-second",
            paramLabel = "N",
            description = "Most rows compared in a second; pauses come after each part.")
    private @Nullable Long maxRowsPerSecond;

    @Option(
            names = "--for",
            paramLabel = "SECONDS",
            description = "Stop after the part in which this time is over; the next run goes on. Scheduled, this covers"
                    + " everything in rounds.")
    private @Nullable Integer forSeconds;

    @Option(
            names = "--repair",
            description = "Read differing rows again and write them, change log first. No ingest may run at that time.")
    private boolean repair;

    VerifyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        List<String> names = TableArguments.of(config, tables);
        PostgresConfig postgres = Objects.requireNonNullElseGet(config.source().postgres(), () -> {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID, "source.postgres is missing: verify compares the lake with PostgreSQL");
        });
        requirePositive("--most-differences", (long) mostDifferences);
        requirePositive("--part-rows", partRows);
        requirePositive("--max-rows-per-second", maxRowsPerSecond);
        List<String> unequal = compare(config, names, postgres);
        if (repair && !differing.isEmpty()) {
            repair(config);
            unequal.forEach(session::note);
            differing.clear();
            unequal = compare(config, names, postgres);
        }
        if (!unequal.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, unequal);
        }
        return 0;
    }

    private static void requirePositive(String option, @Nullable Long value) {
        if (value != null && value < 1) {
            throw new FirnException(ErrorCode.USAGE_INVALID, "%s must be positive but was %d".formatted(option, value));
        }
    }

    private List<String> compare(FirnConfig config, List<String> names, PostgresConfig postgres) {
        List<String> unequal = new ArrayList<>();
        try (Progress progress = session.progress();
                Lake lake = Lake.open(config.lake());
                DuckDatabase database = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(database, config.workbench());
                Connection source = PostgresTables.connect(postgres);
                RowWriter rows = session.rows("table", "postgresql_rows", "lake_rows", "equal", "digest")) {
            Verify verify = new Verify(workbench, repair ? MOST_REPAIRED : mostDifferences);
            LakeProgress lakeProgress = TableParts.progress(config, lake);
            Throttle throttle = maxRowsPerSecond == null ? Throttle.none() : Throttle.of(maxRowsPerSecond);
            for (String name : names) {
                progress.begin("comparing " + name);
                TableParts parts = parts(config, lake, name);
                Total total = new Total();
                while (parts.left() > 0 && !isOver()) {
                    long start = System.nanoTime();
                    Verification found = parts.compareNext(verify, source, lakeProgress, patience(config));
                    total.add(found);
                    unequal.addAll(Findings.of(name, found));
                    found.differences()
                            .forEach(row -> differing
                                    .computeIfAbsent(name, any -> new ArrayList<>())
                                    .add(List.copyOf(row.key().values())));
                    throttle.passSince(start, found.postgres().rows());
                }
                rows.row(List.of(name, total.postgres.rows(), total.lake.rows(), total.equal, total.lake.toString()));
                Set<String> changed = config.table(name).gate().columns().keySet();
                if (!changed.isEmpty()) {
                    session.note("%s: columns with a policy are not compared: %s"
                            .formatted(name, String.join(", ", changed)));
                }
                if (parts.left() > 0) {
                    session.note("%s: %d parts are left for the next run".formatted(name, parts.left()));
                }
            }
        } catch (SQLException e) {
            throw PostgresFailures.translate(postgres, e);
        }
        return unequal;
    }

    private TableParts parts(FirnConfig config, Lake lake, String name) {
        Long rows = partRows;
        return rows == null ? TableParts.whole(config, lake, name) : TableParts.of(config, lake, name, rows, "verify");
    }

    /** What the parts of a table add up to. */
    private static final class Total {
        private Digest postgres = Digest.EMPTY;
        private Digest lake = Digest.EMPTY;
        private boolean equal = true;

        void add(Verification found) {
            postgres = postgres.plus(found.postgres());
            lake = lake.plus(found.lake());
            equal &= found.equal();
        }
    }

    private void repair(FirnConfig config) {
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase database = DuckDatabase.open(config.workbench());
                CachedFiles files = new CachedFiles(config.workbench());
                ChangeSource source = Wiring.source(config);
                PostgresRows rows = new PostgresRows(PostgresSettings.of(config));
                RowRepair repairs =
                        new RowRepair(Wiring.ingest(config, lake, database, files, source, new IngestListener() {}))) {
            differing.forEach((name, keys) -> {
                String sourceTable = config.table(name).source();
                Cut cut = repairs.run(
                        name,
                        keys,
                        (columns, keyColumns, some, sink) -> rows.read(sourceTable, columns, keyColumns, some, sink));
                session.note("%s: %,d rows are read again and written with cut %d"
                        .formatted(name, keys.size(), cut.number()));
            });
        }
    }

    private boolean isOver() {
        return forSeconds != null && Duration.ofNanos(System.nanoTime() - begun).toSeconds() >= forSeconds;
    }

    private Duration patience(FirnConfig config) {
        return patienceSeconds == null ? TableParts.patience(config) : Duration.ofSeconds(patienceSeconds);
    }
}
