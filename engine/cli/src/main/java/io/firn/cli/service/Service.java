package io.firn.cli.service;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.PostgresConfig;
import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.SourceType;
import io.firn.cli.quality.Quality;
import io.firn.cli.status.TableStatus;
import io.firn.cli.telemetry.Traces;
import io.firn.cli.verify.TableParts;
import io.firn.dq.result.Scope;
import io.firn.engine.ingest.IngestListener;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that goes on in one process: the writer, scheduled compaction and checks, the closing of days, the
 * projector and the rolling comparison with the source. Each has a thread that is watched; one that fails stops none of
 * the others.
 */
public final class Service implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final String HOURLY = "7 * * * *";
    private static final Duration STATUS_IS_GOOD_FOR = Duration.ofSeconds(2);

    private final FirnConfig config;
    private final Clock clock;
    private final Lake lake;
    private final DuckDatabase database;
    private final CachedFiles files;
    private final Workbench workbench;
    private final Metrics metrics;
    private final Traces traces;
    private final @Nullable Projecting projecting;
    private final @Nullable Watching watching;
    private final @Nullable Verifying verifying;
    private final Troubles troubles = new Troubles();
    private final List<Supervisor> activities = new ArrayList<>();
    private Map<String, TableStatus> status = Map.of();
    private Instant statusAt = Instant.EPOCH;

    /** Opens the lake; {@link #start()} begins to work. */
    public Service(FirnConfig configured, Clock clock) {
        MemoryBudget memory = MemoryBudget.of(configured);
        if (memory.isBelow(configured)) {
            LOG.warn(
                    "the machine's memory is less than the heap, workbench.memory and compaction.memory together: {}",
                    memory);
        }
        this.config = memory.applied(configured);
        this.clock = clock;
        this.lake = Lake.open(config.lake());
        this.database = DuckDatabase.open(config.workbench());
        this.files = new CachedFiles(config.workbench());
        this.workbench = new Workbench(database, config.workbench());
        this.metrics = new Metrics(clock);
        this.traces = Traces.open(config.telemetry().traces());
        RedisConfig redis = config.serving().redis();
        this.projecting = redis == null ? null : new Projecting(redis, lake, workbench);
        this.watching = config.source().type() == SourceType.KAFKA ? new Watching(config, lake, clock) : null;
        this.verifying = verification();
        Ingesting ingesting = new Ingesting(config, lake, database, files, listeners());
        activities.add(watched(ingesting));
        activities.add(watched(compaction(ingesting)));
        activities.add(watched(housekeeping()));
        Quality quality = new Quality(config, lake, workbench, clock);
        activities.add(watched(checks("checks", config.dq().schedule(), quality, Scope.INCREMENTAL)));
        activities.add(watched(checks("full-checks", config.dq().fullSchedule(), quality, Scope.FULL)));
        if (projecting != null) {
            activities.add(watched(projecting));
        }
        if (watching != null) {
            activities.add(watched(watching));
        }
        if (verifying != null) {
            activities.add(watched(verifying));
        }
        watch(metrics.gauges(), memory);
    }

    private Supervisor watched(Activity activity) {
        return new Supervisor(activity, clock, troubles::add);
    }

    private void watch(Gauges gauges, MemoryBudget memory) {
        Set<String> names = config.tables().keySet();
        gauges.tables(this::tables, names, config.snapshots().zone());
        gauges.activities(activities);
        gauges.lag(this::lag);
        gauges.verified(this::verified, names);
        gauges.projected(this::projected, names);
        gauges.limits(config.compaction().budgetBytes(), metrics::budgetLeft, memory);
    }

    private @Nullable Verifying verification() {
        PostgresConfig postgres = config.source().postgres();
        Duration every = config.service().verifyEvery();
        return postgres == null || every == null
                ? null
                : new Verifying(config, postgres, every, lake, workbench, this::isFresh, clock);
    }

    /** A lake that is behind differs from its source, as it must. */
    private boolean isFresh() {
        return watching == null
                || watching.lag()
                        .map(lag -> lag.compareTo(TableParts.patience(config)) < 0)
                        .orElse(false);
    }

    private IngestListener listeners() {
        List<IngestListener> listeners = new ArrayList<>(List.of(new CommitLog(clock), metrics));
        if (projecting != null) {
            listeners.add(projecting);
        }
        if (watching != null) {
            listeners.add(watching);
        }
        traces.ofCuts().ifPresent(listeners::add);
        return new Listeners(listeners);
    }

    private Scheduled compaction(Ingesting ingesting) {
        Schedule schedule = Schedule.of(
                config.compaction().schedule(),
                config.snapshots().zone(),
                config.compaction().quietHours());
        return scheduled(
                "compact",
                schedule,
                new Compacting(config, lake, metrics, clock, traces.tracer(), ingesting::commitBetweenCuts));
    }

    private Scheduled housekeeping() {
        Schedule schedule = Schedule.of(HOURLY, config.snapshots().zone(), null);
        return scheduled("days", schedule, new Housekeeping(config, lake, workbench, clock));
    }

    private Scheduled checks(String name, String schedule, Quality quality, Scope scope) {
        Schedule times = Schedule.of(schedule, config.snapshots().zone(), null);
        return scheduled(name, times, new Checking(config, quality, scope));
    }

    private Scheduled scheduled(String name, Schedule schedule, Scheduled.Job job) {
        return new Scheduled(name, schedule, stopping -> traces.around("firn." + name, () -> job.run(stopping)), clock);
    }

    /** Begins to work. */
    public void start() {
        activities.forEach(Supervisor::start);
    }

    /** @return what it was made from */
    public FirnConfig config() {
        return config;
    }

    /** @return the lake it works on */
    public Lake lake() {
        return lake;
    }

    /** @return shows the lake's rows */
    public Workbench workbench() {
        return workbench;
    }

    /** @return what it counts */
    public Metrics metrics() {
        return metrics;
    }

    /** @return how each activity is doing */
    public List<ActivityState> activities() {
        return activities.stream().map(Supervisor::state).toList();
    }

    /** @return whether every activity does what it is there for, and every table takes changes */
    public boolean isReady() {
        return activities().stream().allMatch(ActivityState::isWell)
                && tables().values().stream().allMatch(table -> table.stopped() == null);
    }

    /** @return the cut that Redis has of each projected table; empty when nothing is projected */
    public Map<String, Long> projected() {
        return projecting == null ? Map.of() : projecting.cuts();
    }

    /** @return what went wrong lately, the newest first */
    public List<Trouble> troubles() {
        return troubles.list();
    }

    /** @return how long the oldest change that is not in the lake has been waiting; empty where it is not known */
    public Optional<Duration> lag() {
        return watching == null ? Optional.empty() : watching.lag();
    }

    /** @return what the rolling comparison with PostgreSQL knows of each table that it has come to */
    public Map<String, VerifyState> verified() {
        return verifying == null ? Map.of() : verifying.states();
    }

    /** @return each table that exists, as it was at most two seconds ago */
    public synchronized Map<String, TableStatus> tables() {
        Instant now = clock.instant();
        if (now.isAfter(statusAt.plus(STATUS_IS_GOOD_FOR)) || now.isBefore(statusAt)) {
            Map<String, TableStatus> read = new LinkedHashMap<>();
            for (String name : config.tables().keySet()) {
                TableStatus.of(lake, name).ifPresent(table -> read.put(name, table));
            }
            status = Collections.unmodifiableMap(read);
            statusAt = now;
        }
        return status;
    }

    /** Stops the writer after its commit, then what follows it, then lets go of the lake. */
    @Override
    public void close() {
        activities.forEach(Supervisor::close);
        traces.close();
        workbench.close();
        files.close();
        database.close();
        lake.close();
    }
}
