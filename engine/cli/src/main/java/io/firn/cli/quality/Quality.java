package io.firn.cli.quality;

import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.DqConfig;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.TableConfig;
import io.firn.cli.wiring.Wiring;
import io.firn.dq.alert.Alerts;
import io.firn.dq.alert.Webhook;
import io.firn.dq.expect.CheckedTable;
import io.firn.dq.expect.Checks;
import io.firn.dq.expect.History;
import io.firn.dq.expect.Run;
import io.firn.dq.result.Certification;
import io.firn.dq.result.Moment;
import io.firn.dq.result.Result;
import io.firn.dq.result.ResultTable;
import io.firn.dq.result.Scope;
import io.firn.snapshot.Certified;
import io.firn.snapshot.Tags;
import io.firn.workbench.AsOf;
import io.firn.workbench.Workbench;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Looks at tables, tells of what begins to fail, keeps what was found, and moves the tag {@code certified} of groups
 * whose critical expectations hold. One look at a time.
 */
public final class Quality {
    /** What was found longer ago is not gone on from. */
    private static final Duration REMEMBERED = Duration.ofDays(60);
    /** What the page shows. */
    private static final Duration REPORTED = Duration.ofDays(30);

    private final FirnConfig config;
    private final Lake lake;
    private final Workbench workbench;
    private final Clock clock;
    private final ResultTable results;

    /** Of a lake that the caller closes. */
    public Quality(FirnConfig config, Lake lake, Workbench workbench, Clock clock) {
        this.config = config;
        this.lake = lake;
        this.workbench = workbench;
        this.clock = clock;
        this.results = new ResultTable(lake, workbench);
    }

    /**
     * What one look came to.
     *
     * @param certified groups whose tables are certified as they were looked at, by name
     * @param obstacles what keeps the other groups from it, by name
     */
    public record Looked(List<Result> results, List<String> certified, Map<String, List<String>> obstacles) {
        public Looked {
            results = List.copyOf(results);
            certified = List.copyOf(certified);
        }
    }

    /** Returns a page about what was found lately, whole in itself. */
    public String report() {
        return new QualityReport(config, lake, results.within(REPORTED, clock.instant())).html();
    }

    /**
     * Looks at tables where all of them agree now.
     *
     * @param names configured tables; those that are not in the lake yet are left out
     * @param progress is told each table and expectation before it is looked at
     */
    public synchronized Looked atHead(Collection<String> names, Scope scope, BiConsumer<String, String> progress) {
        Map<String, Long> snapshots = new Tags(lake, config.snapshots()).latest(inLake());
        LocalDate today = LocalDate.now(clock.withZone(config.snapshots().zone()));
        Run run = run(Moment.HEAD, today, scope);
        List<Result> latest = results.latest(Moment.HEAD, since(run));
        List<Result> found = look(run, names, snapshots, latest, Long.MAX_VALUE, progress);
        return certify(names, snapshots, found, latest);
    }

    /**
     * Looks at tables as they were when a day closed; those that have no such day are left out.
     *
     * @throws FirnException when no table has it
     */
    public synchronized Looked atDay(
            LocalDate day, Collection<String> names, Scope scope, BiConsumer<String, String> progress) {
        Map<String, Long> snapshots = new LinkedHashMap<>();
        long cut = 0;
        for (String name : inLake()) {
            Table table = lake.table(name);
            if (AsOf.days(table).contains(day)) {
                Snapshot snapshot = new AsOf.Day(day).resolve(table).orElseThrow();
                snapshots.put(name, snapshot.snapshotId());
                cut = Math.max(cut, CutProperties.appliedAt(table, snapshot).number());
            }
        }
        if (snapshots.isEmpty()) {
            throw new FirnException(ErrorCode.TAG_NOT_FOUND, "no table has the day " + day);
        }
        Run run = run(Moment.DAY, day, scope);
        List<String> those = names.stream().filter(snapshots::containsKey).toList();
        List<Result> found = look(run, those, snapshots, results.latest(Moment.DAY, since(run)), cut, progress);
        return new Looked(found, List.of(), Map.of());
    }

    /** Returns which tables of a day that closed may be relied on, for the ledger. */
    public Map<String, Boolean> verdicts(LocalDate day, Collection<String> names) {
        List<Result> found =
                atDay(day, names, Scope.INCREMENTAL, (table, what) -> {}).results();
        return Certification.of(groups(), found);
    }

    private List<String> inLake() {
        return config.tables().keySet().stream()
                .filter(name -> lake.find(name).isPresent())
                .toList();
    }

    private Map<String, List<String>> groups() {
        return Certification.groups(config.dq().groups(), config.tables().keySet());
    }

    private Run run(Moment moment, LocalDate day, Scope scope) {
        return new Run(
                UUID.randomUUID().toString(),
                moment,
                day,
                scope,
                clock.instant(),
                config.snapshots().zone());
    }

    private static Instant since(Run run) {
        return run.now().minus(REMEMBERED);
    }

    private List<Result> look(
            Run run,
            Collection<String> names,
            Map<String, Long> snapshots,
            List<Result> latest,
            long upToCut,
            BiConsumer<String, String> progress) {
        List<CheckedTable> tables = new ArrayList<>();
        inLake().forEach(name -> tables.add(checked(name, snapshots.get(name))));
        List<String> known = names.stream().filter(inLake()::contains).toList();
        History history = new History(latest, results.latestHeld(since(run), upToCut));
        List<Result> found = new Checks(
                        workbench, tables, history, PostgresAccess.of(config, lake), Wiring.keyHints(config))
                .run(run, known, progress);
        List<Result> told = tell(found);
        results.append(told);
        Lineage.tell(config, lake, tables, told, clock.instant());
        return told;
    }

    private CheckedTable checked(String name, @Nullable Long snapshotId) {
        TableConfig table = config.table(name);
        return new CheckedTable(
                name,
                lake.table(name),
                lake.find(TableDefinition.changeLogOf(name)).orElse(null),
                snapshotId,
                table.source(),
                table.key(),
                config.dq().of(name),
                table.gate().columns().keySet());
    }

    private List<Result> tell(List<Result> found) {
        DqConfig.AlertConfig alert = config.dq().alert();
        if (alert == null) {
            return found;
        }
        Alerts alerts = Alerts.of(found, alert.least());
        boolean told = alerts.isEmpty()
                || new Webhook(alert.webhook(), config.lake().namespace()).tell(alerts) == Webhook.Outcome.TOLD;
        return told ? alerts.told(found) : found;
    }

    private Looked certify(
            Collection<String> names, Map<String, Long> snapshots, List<Result> found, List<Result> latest) {
        List<Result> known = new ArrayList<>(latest);
        known.addAll(found);
        Certified certified = new Certified(lake);
        List<String> moved = new ArrayList<>();
        Map<String, List<String>> obstacles = new LinkedHashMap<>();
        groups().forEach((group, members) -> {
            if (!names.containsAll(members) || !snapshots.keySet().containsAll(members)) {
                return;
            }
            certified.complete(members);
            List<String> inTheWay = Certification.obstacles(members, config.dq()::of, known);
            if (inTheWay.isEmpty()) {
                Map<String, Long> to = new LinkedHashMap<>();
                members.forEach(name -> to.put(name, snapshots.getOrDefault(name, 0L)));
                certified.move(to);
                moved.add(group);
            } else {
                obstacles.put(group, inTheWay);
            }
        });
        return new Looked(found, moved, obstacles);
    }
}
