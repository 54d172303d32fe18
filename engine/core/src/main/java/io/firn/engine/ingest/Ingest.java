package io.firn.engine.ingest;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.config.CommitConfig;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.cut.Boundary;
import io.firn.engine.cut.CutPlanner;
import io.firn.engine.cut.DayClose;
import io.firn.engine.decode.RecordFormats;
import io.firn.engine.index.KeyIndex;
import io.firn.engine.quarantine.Corrections;
import io.firn.engine.quarantine.Quarantine;
import io.firn.engine.quarantine.QuarantineLog;
import io.firn.engine.quarantine.QuarantineView;
import io.firn.engine.remark.Remarks;
import io.firn.engine.source.ChangeSource;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.Workbench;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The writer: reads a source, collects changes until a cut can and should close, makes the cut durable in the change
 * logs, lets the source forget it, and folds it into the current tables.
 *
 * <p>All methods but {@link #stop()} and {@link #commitBetweenCuts} are called by one thread.
 */
public final class Ingest implements AutoCloseable {
    /** The tag that closes a day begins with this and goes on with the day. */
    public static final String DAY_TAG_PREFIX = "day-";

    /** Who clears quarantined records that the source has put right. */
    private static final String ACTOR = "firn";

    private static final Duration POLL = Duration.ofMillis(200);

    /** How long another's commit waits for a cut to end. */
    private static final Duration PATIENCE_OF_OTHERS = Duration.ofSeconds(30);

    /**
     * How long the source may move on without anything for these tables before the lake notes it. A source keeps all
     * its history since the position in the lake, so this must happen; each time is a commit, so it should be rare.
     */
    private static final Duration IDLE_COMMIT = Duration.ofMinutes(10);

    private final IngestSetup setup;
    private final ChangeSource source;
    private final CommitConfig limits;
    private final Opened opened = new Opened();
    private final Map<String, TableIngest> byTopic = new LinkedHashMap<>();
    private final Workbench workbench;
    private final Quarantine quarantine;
    private final Remarks remarks;
    private final Corrections corrections;
    private final Router router;
    private final CutCommitter committer;
    private final CommitBehind behind;
    private final CutPlanner planner;
    private final BetweenCuts others = new BetweenCuts(PATIENCE_OF_OTHERS);
    private SourcePosition position;
    private Cut last;
    private Instant committedAt;
    private @Nullable Instant firstChangeAt;
    private volatile boolean stopped;

    /**
     * Opens every configured table, making those that are missing, brings the current tables up to their change logs,
     * and begins to read where the logs end.
     */
    public Ingest(IngestSetup setup) {
        this(setup, CutCommitter.MAX_THREADS, SideThread.create());
    }

    /**
     * The same, on threads whose order is in the caller's hands.
     *
     * @param maxTableThreads how many tables may be written at a time
     * @param side where a cut is committed while the next is read; closed by the ingest
     */
    public Ingest(IngestSetup setup, int maxTableThreads, SideThread side) {
        this(setup, maxTableThreads, side, Reading.FROM_THE_SOURCE);
    }

    /** Whether changes come from the source. */
    private enum Reading {
        FROM_THE_SOURCE,
        NOTHING
    }

    /** The same, for changes that come from elsewhere: the source is read only where a cut has to be completed. */
    static Ingest beside(IngestSetup setup) {
        return new Ingest(setup, CutCommitter.MAX_THREADS, SideThread.create(), Reading.NOTHING);
    }

    private Ingest(IngestSetup setup, int maxTableThreads, SideThread side, Reading reading) {
        this.setup = setup;
        this.source = setup.source();
        this.limits = setup.config().commit();
        try {
            RecordFormats formats = RecordFormats.of(setup.config().source());
            setup.config().tables().forEach((name, config) -> {
                TableIngest table = opened.add(new TableIngest(name, config, setup, formats, this::awaitCommit));
                byTopic.put(table.topic(), table);
            });
            DuckDBConnection connection = opened.add(setup.database().connect());
            this.workbench =
                    opened.add(new Workbench(setup.database(), setup.config().workbench()));
            this.quarantine = new Quarantine(
                    setup.lake(),
                    workbench,
                    connection,
                    setup.config().workbench().tempDirectory(),
                    setup.clock());
            this.remarks = new Remarks(setup.lake());
            this.corrections = new Corrections(
                    quarantine,
                    new QuarantineView(setup.lake(), workbench),
                    new QuarantineLog(
                            setup.lake(),
                            connection,
                            setup.config().workbench().tempDirectory(),
                            setup.clock(),
                            ACTOR));
            this.router = new Router(
                    setup.config().source(), formats, byTopic, quarantine, corrections, remarks, setup.listener());
            int threads = Math.max(1, Math.min(maxTableThreads, byTopic.size()));
            this.committer = opened.add(CutCommitter.claiming(byTopic.values(), threads, setup.listener()));
            this.behind = opened.add(new CommitBehind(committer, source, setup.listener(), side));
            this.last = new Recovery(setup, List.copyOf(byTopic.values()), quarantine, router, committer, workbench)
                    .recover();
            this.position = last.upTo();
            this.committedAt = lastCommit();
            this.planner = planner(last);
            if (reading == Reading.FROM_THE_SOURCE) {
                requireATable();
                source.start(position);
            }
        } catch (RuntimeException | Error e) {
            opened.closeAfter(e);
            throw e;
        }
    }

    private void requireATable() {
        if (byTopic.values().stream().allMatch(TableIngest::isStopped)) {
            throw FirnException.ofAll(ErrorCode.TABLE_STOPPED, stopped());
        }
    }

    /** @return a line for each table that takes no more changes, with its reason and what can be done */
    public List<String> stopped() {
        return byTopic.values().stream()
                .filter(TableIngest::isStopped)
                .map(table ->
                        "table %s is stopped and its changes are kept in quarantine: %s; see firn quarantine list %s, and when the cause is gone run firn quarantine replay %s"
                                .formatted(table.name(), table.stopReason(), table.name(), table.name()))
                .toList();
    }

    /** @return every configured table */
    Stream<TableIngest> tables() {
        return byTopic.values().stream();
    }

    /** @return the table of this name in the lake */
    TableIngest table(String name) {
        return tables().filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new FirnException(
                        ErrorCode.TABLE_NOT_FOUND, "table %s is not configured under tables".formatted(name)));
    }

    /** @return reads the lake's tables */
    Workbench workbench() {
        return workbench;
    }

    /**
     * Commits changes that did not come from the source just now, as a cut that leaves the position where it is.
     *
     * @return the cut
     */
    Cut commitBeside(Map<TableIngest, CutRows> rows) {
        return commitBeside(rows, position);
    }

    /** Notes that the source is read from elsewhere from now on, as a cut without changes. */
    Cut goOnAt(SourcePosition there) {
        TableIngest table = byTopic.values().iterator().next();
        CutRows nothing = table.buffer().take(table.topic(), Map.of(), table.workConnection());
        return commitBeside(Map.of(table, nothing), there);
    }

    private Cut commitBeside(Map<TableIngest, CutRows> rows, SourcePosition upTo) {
        Cut cut = new Cut(
                last.number() + 1,
                last.lsn(),
                last.committedAt(),
                position,
                upTo,
                rows.keySet().stream().map(TableIngest::name).toList(),
                List.of());
        long changes = rows.values().stream().mapToLong(CutRows::count).sum();
        committer.log(cut, rows);
        last = cut;
        committer.apply(cut, rows);
        position = upTo;
        setup.listener().finished(cut, changes);
        return cut;
    }

    private Instant lastCommit() {
        return byTopic.values().stream()
                .flatMap(table -> CutProperties.appliedWith(table.writer().changes()).stream())
                .map(snapshot -> Instant.ofEpochMilli(snapshot.timestampMillis()))
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    private CutPlanner planner(Cut after) {
        Set<String> consumed =
                byTopic.values().stream().map(TableIngest::sourceName).collect(Collectors.toSet());
        SnapshotsConfig snapshots = setup.config().snapshots();
        DayClose days = snapshots.close() == SnapshotsConfig.DayClose.MARKER
                ? DayClose.atMarkers()
                : DayClose.atMidnight(snapshots.zone(), snapshots.sourceClock(), setup.clock());
        boolean knowsNoTime = after.committedAt().equals(Instant.EPOCH);
        Long micros = knowsNoTime ? null : (Long) ChronoUnit.MICROS.between(Instant.EPOCH, after.committedAt());
        return new CutPlanner(consumed::contains, days, after.lsn(), micros);
    }

    /** @return the last cut that is in the lake, or on its way there */
    public Cut last() {
        return last;
    }

    /** Ingests until {@link #stop()} is called from another thread. */
    public void run() {
        try (others) {
            others.open();
            while (!stopped) {
                letOthersCommit();
                poll();
                closeWhenDue();
            }
            awaitCommit();
        }
    }

    /**
     * Makes a commit to a table in the place of somebody else in this process, such as its compactor: between two cuts,
     * so that neither has to be tried again, if {@link #run()} comes to that in time. What it adds is read before, so
     * that the next cut finds its rows without waiting. Nothing but time depends on it. May be called by any thread.
     *
     * @param table its name in the lake; to one that is not written here, the commit is made at once
     * @param added data files that the commit puts in the place of others
     * @param commit is run once
     * @throws RuntimeException what the commit throws
     */
    public void commitBetweenCuts(String table, Collection<DataFile> added, Runnable commit) {
        Optional<TableIngest> known =
                tables().filter(mine -> mine.name().equals(table)).findFirst();
        if (known.isEmpty()) {
            commit.run();
            return;
        }
        try (KeyIndex.ReadAhead read = known.get().readAhead(added)) {
            others.commit(known.get(), commit);
        }
    }

    private void letOthersCommit() {
        if (!behind.isBusy()) {
            List<BetweenCuts.Visit> visits = others.take();
            if (!visits.isEmpty()) {
                behind.begin(visits);
            }
        }
    }

    /** Ingests until everything that is in the source now is in the lake, as far as its transactions are complete. */
    public void runUntilCaughtUp() {
        SourcePosition goal = source.present();
        while (!stopped && !source.hasReached(position.plus(source.positionAt(planner.next())), goal)) {
            poll();
            closeWhenDue();
        }
        while (planner.canClose()) {
            closeCut();
        }
        awaitCommit();
    }

    /** Lets {@link #run()} return after the cut under way. What is in no closed cut is read again next time. */
    public void stop() {
        stopped = true;
    }

    private void poll() {
        if (behind.look()) {
            logged();
        }
        for (SourceRecord record : source.poll(POLL)) {
            router.route(record, planner);
        }
        if (firstChangeAt == null && (router.changes() > 0 || planner.canClose())) {
            firstChangeAt = setup.clock().instant();
        }
    }

    private void closeWhenDue() {
        while (planner.dayIsOver()) {
            closeCut();
        }
        if ((isFull() || isOld() && !behind.isBusy()) && planner.canClose()) {
            closeCut();
        }
    }

    private boolean isFull() {
        return router.changes() >= limits.rows() || router.bytes() >= limits.bytes();
    }

    private boolean isOld() {
        return firstChangeAt != null && !setup.clock().instant().isBefore(firstChangeAt.plus(limits.interval()));
    }

    private void awaitCommit() {
        if (behind.await()) {
            logged();
        }
    }

    private void logged() {
        committedAt = setup.clock().instant();
        corrections.committed();
    }

    private void closeCut() {
        awaitCommit();
        letOthersCommit();
        awaitCommit();
        Boundary boundary = planner.close();
        Map<TableIngest, CutRows> rows = new LinkedHashMap<>();
        long changes = 0;
        for (TableIngest table : byTopic.values()) {
            boolean takesPart = table.buffer().rows() > 0 || !boundary.closes().isEmpty() && !table.isStopped();
            if (takesPart) {
                CutRows taken = table.take(boundary.next(), router.verdicts(table));
                changes += taken.count();
                router.weigh(table, taken.count());
                keep(table, taken, boundary, rows);
            }
        }
        SourcePosition upTo = position.plus(source.positionAt(boundary.next()));
        boolean rejectsNothing = quarantine.isEmpty(boundary.next());
        if (rows.isEmpty() && rejectsNothing && isOverdue(upTo)) {
            noteIn(byTopic.values().iterator().next(), boundary, rows);
        }
        if (!rows.isEmpty() || !rejectsNothing) {
            commit(cut(boundary, upTo, rows.keySet()), boundary.next(), rows, changes);
        }
        position = upTo;
        long left = byTopic.values().stream().mapToLong(t -> t.buffer().rows()).sum();
        router.reset(left);
        firstChangeAt = left == 0 ? null : setup.clock().instant();
    }

    private boolean isOverdue(SourcePosition upTo) {
        return !upTo.equals(last.upTo()) && !setup.clock().instant().isBefore(committedAt.plus(IDLE_COMMIT));
    }

    /** Gives one table an empty part in the cut, so that its log carries the position. */
    private static void noteIn(TableIngest table, Boundary boundary, Map<TableIngest, CutRows> rows) {
        rows.put(table, table.buffer().take(table.topic(), boundary.next(), table.workConnection()));
    }

    private static void keep(TableIngest table, CutRows taken, Boundary boundary, Map<TableIngest, CutRows> rows) {
        if (taken.count() == 0 && boundary.closes().isEmpty()) {
            taken.close();
        } else {
            rows.put(table, taken);
        }
    }

    private Cut cut(Boundary boundary, SourcePosition upTo, Set<TableIngest> tables) {
        return new Cut(
                last.number() + 1,
                boundary.commitLsn(),
                Instant.EPOCH.plus(boundary.committedMicros(), ChronoUnit.MICROS),
                position,
                upTo,
                tables.stream().map(TableIngest::name).toList(),
                boundary.closes().stream().map(day -> DAY_TAG_PREFIX + day).toList());
    }

    private void commit(Cut cut, Map<Partition, Long> next, Map<TableIngest, CutRows> rows, long changes) {
        quarantine.commit(cut, next);
        remarks.commit(cut, next);
        corrections.begin(cut, next);
        last = cut;
        behind.begin(cut, rows, changes);
    }

    @Override
    public void close() {
        opened.close();
    }
}
