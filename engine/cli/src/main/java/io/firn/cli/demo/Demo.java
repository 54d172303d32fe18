package io.firn.cli.demo;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.Progress;
import io.firn.demo.ShopSchema;
import io.firn.demo.ShopTable;
import io.firn.demo.ShopWorkload;
import io.firn.demo.WorkloadCounts;
import io.firn.demo.WorkloadPlan;
import io.firn.workbench.Digest;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The whole system on embedded servers: a shop's database is filled and kept busy for some business days while
 * Debezium, Kafka and the writer bring every change into a lake; then the lake is compacted, projected into Redis, and
 * compared with the database.
 */
public final class Demo {
    private static final String MARK = ".firn-demo";
    private static final long SEED = 20_261_120;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final DemoOptions options;
    private final LocalDate today;
    private final Progress progress;
    private final Stopwatch stopwatch = new Stopwatch();

    /** @param today the day after the last business day */
    public Demo(DemoOptions options, LocalDate today, Progress progress) {
        this.options = options;
        this.today = today;
        this.progress = progress;
    }

    /** @throws FirnException when a part does not work; what merely does not hold is in the result */
    public DemoResult run() {
        Path directory = prepared(options.directory());
        try (DemoServers servers = stopwatch.time("servers started", () -> DemoServers.start(directory))) {
            Path yaml = directory.resolve("firn.yaml");
            Files.writeString(yaml, DemoConfig.yaml(servers));
            FirnConfig config = ConfigLoader.load(yaml, System.getenv());
            return run(servers, config, yaml);
        } catch (IOException e) {
            throw new FirnException(ErrorCode.STORAGE_FAILED, "%s: %s".formatted(directory, e.getMessage()), e);
        } catch (SQLException e) {
            throw new FirnException(ErrorCode.SOURCE_UNAVAILABLE, "PostgreSQL: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw FirnException.interrupted("running the demo", e);
        }
    }

    /** A folder of an earlier demo is emptied; any other that holds something is left alone. */
    private Path prepared(Path directory) {
        progress.begin("starting PostgreSQL, Kafka and Redis");
        Path absolute = directory.toAbsolutePath().normalize();
        try {
            if (Files.exists(absolute.resolve(MARK))) {
                deleteTree(absolute);
            } else if (Files.exists(absolute) && isOccupied(absolute)) {
                throw new FirnException(
                        ErrorCode.USAGE_INVALID,
                        "--dir %s must be empty or an earlier demo's but holds other files".formatted(directory));
            }
            Files.createDirectories(absolute);
            Files.createFile(absolute.resolve(MARK));
            return absolute;
        } catch (IOException e) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED, "--dir %s cannot be used: %s".formatted(directory, e.getMessage()), e);
        }
    }

    private static boolean isOccupied(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isPresent();
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private DemoResult run(DemoServers servers, FirnConfig config, Path yaml)
            throws SQLException, InterruptedException {
        fill(servers);
        servers.connect();
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase database = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(database, config.workbench());
                Connection postgres = servers.postgres().connect()) {
            Books books = new Books(lake);
            trade(servers, config, lake, database, books);
            DemoReport report = new DemoReport(lake, workbench, config, books, stopwatch, progress);
            return report.make(yaml, postgres);
        }
    }

    private void fill(DemoServers servers) throws SQLException {
        progress.begin("filling the shop with %,d products".formatted(options.rows()));
        try (Connection connection = servers.postgres().connect()) {
            stopwatch.begin();
            ShopSchema.create(connection);
            ShopSchema.seed(connection, options.rows(), SEED, firstDay());
            stopwatch.end("shop filled");
        }
    }

    private LocalDate firstDay() {
        return today.minusDays(options.days());
    }

    private void trade(DemoServers servers, FirnConfig config, Lake lake, DuckDatabase database, Books books)
            throws SQLException, InterruptedException {
        stopwatch.begin();
        progress.begin("business days, written to the lake as they happen");
        try (DemoIngest ingest = new DemoIngest(config, lake, database, progress::advance)) {
            WorkloadPlan plan =
                    WorkloadPlan.of(firstDay(), options.days(), Math.max(1, options.changes() / options.days()), SEED);
            WorkloadCounts counts = new ShopWorkload(servers.postgres().jdbcUrl(), plan, books::close).run();
            ingest.awaitDay(today.minusDays(1), PATIENCE);
            stopwatch.end("business days traded and written");
            books.traded(counts, ingest.changes(), ingest.cuts());
        }
    }

    /** What the shop's books say: the digests of every table at the end of each day, computed in PostgreSQL. */
    static final class Books {
        private final Lake lake;
        private final Map<LocalDate, Map<ShopTable, Digest>> digests = new LinkedHashMap<>();
        private WorkloadCounts counts = WorkloadCounts.EMPTY;
        private long changes;
        private long cuts;

        Books(Lake lake) {
            this.lake = lake;
        }

        private void close(LocalDate day, Connection office) throws SQLException {
            digests.put(day, SourceDigests.inPostgres(lake, office));
        }

        private void traded(WorkloadCounts worked, long changesWritten, long cutsWritten) {
            counts = worked;
            changes = changesWritten;
            cuts = cutsWritten;
        }

        List<LocalDate> days() {
            return new ArrayList<>(digests.keySet());
        }

        Map<ShopTable, Digest> at(LocalDate day) {
            return digests.getOrDefault(day, Map.of());
        }

        WorkloadCounts counts() {
            return counts;
        }

        long changes() {
            return changes;
        }

        long cuts() {
            return cuts;
        }
    }
}
