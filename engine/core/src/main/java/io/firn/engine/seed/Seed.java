package io.firn.engine.seed;

import io.firn.catalog.ChangeLogCommit;
import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.RowChanges;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.FirnConfig;
import io.firn.dq.rule.RuleCheck;
import io.firn.engine.seed.SeedSource.Capture;
import io.firn.engine.seed.SeedSource.Earlier;
import io.firn.engine.seed.SeedSource.Moment;
import io.firn.engine.seed.SeedSource.Noting;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;

/**
 * The first load of all tables of a lake.
 *
 * <p>Parts of the tables are read in short transactions, in any order and by several connections, each as of its own
 * moment, and committed to a branch that nobody reads. The source notes meanwhile which keys change. At the end one
 * exact moment is fixed, the rows with these keys are read again as of it, and the branches become the tables: each
 * then holds exactly the rows of that moment, from which change capture goes on.
 *
 * <p>This is the idea of DBLog's watermarks (Andreakis and Papapanagiotou, 2020), with one watermark for everything: a
 * change log that starts at an exact moment needs no rule for events about rows that were read later.
 *
 * <p>Everything that is done is in the lake, so that a load can be resumed after any interruption, from anywhere.
 */
public final class Seed {
    private static final Duration WRITER_PATIENCE = Duration.ofMinutes(10);
    private static final long WRITER_LOOK_MILLIS = 500;

    private final FirnConfig config;
    private final Lake lake;
    private final Workbench workbench;
    private final SeedSource source;
    private final SeedSettings settings;
    private final SeedListener listener;
    private final Clock clock;
    private final SetAside setAside;

    public Seed(
            FirnConfig config,
            Lake lake,
            Workbench workbench,
            SeedSource source,
            SeedSettings settings,
            SeedListener listener,
            Clock clock) {
        this.config = config;
        this.lake = lake;
        this.workbench = workbench;
        this.source = new ProtectedSeedSource(source, config);
        this.settings = settings;
        this.listener = listener;
        this.clock = clock;
        this.setAside = new SetAside(lake, workbench, settings.folder(), clock);
    }

    /** How far a load got. */
    public enum Outcome {
        /** The tables can be read, and change capture can begin. */
        PUBLISHED,
        /** The named tables are read; the lake waits for the others. */
        LOADED
    }

    /**
     * Loads tables, or goes on doing so. When every table of the configuration is loaded, they are published together.
     * Tables that are in use already are read again and get these rows in one commit each; others are not touched, and
     * the writer may go on.
     *
     * @param names of configured tables
     * @throws FirnException when a table cannot be loaded; what is done stays done
     */
    public Outcome run(List<String> names) {
        prepareFolder();
        List<TableSeed> tables = new ArrayList<>();
        config.tables()
                .forEach((name, table) -> tables.add(new TableSeed(lake, name, table, source.table(table.source()))));
        requireUsableRules(tables);
        if (isPublishing(tables)) {
            publish(tables);
            return Outcome.PUBLISHED;
        }
        List<TableSeed> wanted =
                tables.stream().filter(table -> names.contains(table.name())).toList();
        if (tables.stream().anyMatch(table -> table.cut().number() > 0)) {
            replace(wanted, tables);
            return Outcome.PUBLISHED;
        }
        requireEmpty(tables);
        if (!load(wanted, tables, Capture.BEGINS)) {
            return Outcome.LOADED;
        }
        publish(tables);
        return Outcome.PUBLISHED;
    }

    /**
     * Reads tables until all of them are complete at one moment.
     *
     * @param wanted the tables to read now
     * @param tables that belong to the moment
     * @return false when tables that are not wanted are missing
     */
    private boolean load(List<TableSeed> wanted, List<TableSeed> tables, Capture capture) {
        watch(tables);
        try (Noter noter = new Noter(source, tables)) {
            noter.start();
            while (true) {
                restartChanged(tables);
                new Loading(workbench, source, settings, listener, noter).run(wanted);
                if (tables.stream().anyMatch(table -> table.changed() != null)) {
                    continue;
                }
                if (!tables.stream().allMatch(table -> table.missing().isEmpty())) {
                    return false;
                }
                if (complete(tables, noter, capture)) {
                    return true;
                }
            }
        }
    }

    private void replace(List<TableSeed> wanted, List<TableSeed> all) {
        for (TableSeed table : wanted) {
            if (!table.isPublished()) {
                throw new FirnException(
                        ErrorCode.USAGE_INVALID,
                        "table %s is new in a lake that is in use: let firn ingest take up its changes first, then load it"
                                .formatted(table.name()));
            }
        }
        source.requireCapture();
        load(wanted, wanted, Capture.GOES_ON);
        for (TableSeed table : wanted) {
            Cut moment = table.branch().completed().orElseThrow();
            awaitWriter(moment, all);
            setAside.betweenCuts(table, moment);
            replace(table, moment);
        }
        source.end();
    }

    /** The rows are of a moment that the change logs have to reach first. */
    private void awaitWriter(Cut moment, List<TableSeed> all) {
        long deadline = clock.millis() + WRITER_PATIENCE.toMillis();
        boolean told = false;
        while (!new SeededLogs(all).havePassed(moment.lsn())) {
            source.requireCapture();
            if (clock.millis() > deadline) {
                throw new FirnException(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "the rows are read, but the change logs have not reached their moment: let firn ingest run, then firn seed again");
            }
            if (!told) {
                told = true;
                listener.note("waiting for firn ingest to reach the moment of the rows");
            }
            try {
                Thread.sleep(WRITER_LOOK_MILLIS);
            } catch (InterruptedException e) {
                throw FirnException.interrupted("waiting for the writer", e);
            }
        }
    }

    private void replace(TableSeed table, Cut moment) {
        try (DuckDBConnection connection = workbench.duck().connect()) {
            Replacement replacement = new Replacement(workbench, connection, table, settings.folder(), clock, listener);
            if (!replacement.run(moment)) {
                table.branch().end();
                throw new FirnException(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "%s was truncated after it was read: run firn seed %s again"
                                .formatted(table.source().name(), table.name()));
            }
        } catch (SQLException e) {
            throw FirnException.internal("a connection could not be closed", e);
        }
        table.forgetFiles();
        table.branch().end();
    }

    private void prepareFolder() {
        Path folder = settings.folder();
        try {
            Files.createDirectories(folder);
            try (Stream<Path> left = Files.list(folder)) {
                for (Path file : left.toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED,
                    "the folder for rows on their way %s cannot be used: %s".formatted(folder, e.getMessage()),
                    e);
        }
    }

    /** A table is published only after all of them are complete. */
    private static boolean isPublishing(List<TableSeed> tables) {
        return tables.stream().anyMatch(TableSeed::isPublished)
                && tables.stream().anyMatch(table -> table.branch().plan().isPresent())
                && tables.stream()
                        .allMatch(table -> table.isPublished()
                                || table.branch().completed().isPresent());
    }

    private void requireUsableRules(List<TableSeed> tables) {
        List<String> problems = new ArrayList<>();
        try (DuckDBConnection connection = workbench.duck().connect()) {
            for (TableSeed table : tables) {
                List<NestedField> columns = TableDefinition.of(table.name(), table.config(), table.source())
                        .currentSchema()
                        .columns();
                problems.addAll(new RuleCheck(connection, table.name(), columns).problems(table.rules()));
            }
        } catch (SQLException e) {
            throw FirnException.internal("a connection could not be closed", e);
        }
        if (!problems.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CONFIG_INVALID, problems);
        }
    }

    private static void requireEmpty(List<TableSeed> tables) {
        for (TableSeed table : tables) {
            if (table.table().currentSnapshot() != null) {
                throw new FirnException(
                        ErrorCode.USAGE_INVALID,
                        "table %s has rows that are not from this source: seed is for tables without rows"
                                .formatted(table.name()));
            }
        }
    }

    private void watch(List<TableSeed> tables) {
        Map<String, List<String>> keys = new LinkedHashMap<>();
        tables.forEach(table -> keys.put(table.source().name(), table.config().key()));
        boolean earlier = tables.stream().anyMatch(TableSeed::hasParts);
        Noting noting = source.watch(keys, earlier ? Earlier.PARTS : Earlier.NONE);
        if (earlier && noting == Noting.ANEW) {
            listener.note("changes since the load began are not known any more: it starts over");
        }
        for (TableSeed table : tables) {
            boolean goesOn = noting == Noting.SINCE_EARLIER && table.resume();
            if (!goesOn) {
                table.begin(source);
            }
        }
    }

    private void restartChanged(List<TableSeed> tables) {
        for (TableSeed table : tables) {
            String reason = table.changed();
            if (reason != null) {
                listener.note(
                        "%s %s: its load starts over".formatted(table.source().name(), reason));
                table.begin(source);
            }
        }
    }

    /** @return false when a table turned out to have changed too much */
    private boolean complete(List<TableSeed> tables, Noter noter, Capture capture) {
        List<String> names = tables.stream().map(TableSeed::name).toList();
        try (Moment moment = noter.moment(1, names, capture)) {
            if (tables.stream().anyMatch(table -> table.changed() != null)) {
                return false;
            }
            for (TableSeed table : tables) {
                complete(table, moment);
            }
        }
        return true;
    }

    private void complete(TableSeed table, Moment moment) {
        try (DuckDBConnection connection = workbench.duck().connect()) {
            RowsOut out = table.out(connection, settings.folder());
            Correction correction = new Correction(
                    workbench, connection, table.table(), table.source(), table.key(), settings.folder());
            Correction.Result result =
                    correction.run(table.branch().loaded(), table.changedKeys(), table.columns(), moment, out);
            table.limits().reject(result.misfits());
            table.limits().weigh(table.branch().rows() + added(result.changes()));
            table.rejects().write(table.correctionPart(), result.misfits());
            table.branch().complete(result.changes(), moment.cut());
        } catch (SQLException e) {
            throw FirnException.internal("a connection could not be closed", e);
        }
    }

    private static long added(RowChanges changes) {
        return changes.added().stream().mapToLong(DataFile::recordCount).sum();
    }

    /**
     * Every step may be done again. Change logs come last, for a table that is behind its log would be filled from it.
     */
    private void publish(List<TableSeed> tables) {
        for (TableSeed table : tables) {
            if (table.branch().completed().isPresent()) {
                table.branch().publish();
            }
        }
        Cut cut = CutProperties.applied(tables.get(0).table());
        setAside.withCut(tables, cut);
        for (TableSeed table : tables) {
            table.changes().refresh();
            if (CutProperties.applied(table.changes()).number() == 0) {
                ChangeLogCommit.append(table.changes(), List.of(), cut, Cut.NONE);
            }
        }
        for (TableSeed table : tables) {
            table.resume();
            table.forgetFiles();
            table.branch().end();
        }
        source.end();
    }
}
