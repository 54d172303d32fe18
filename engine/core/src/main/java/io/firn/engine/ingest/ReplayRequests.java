package io.firn.engine.ingest;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.engine.quarantine.Action;
import io.firn.engine.quarantine.QuarantineLog;
import io.firn.engine.quarantine.QuarantineLog.Entry;
import io.firn.engine.quarantine.QuarantineView;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.quarantine.ReplayRequest;
import io.firn.engine.quarantine.Selection;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the writer that is running is asked to replay, wherever it runs: requests are entries of the quarantine's log,
 * which is in the lake. A request stands until it was tried, whoever crashes in between.
 *
 * <p>Used by one thread.
 */
public final class ReplayRequests implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayRequests.class);

    private final FirnConfig config;
    private final Lake lake;
    private final Clock clock;
    private final Workbench workbench;
    private final DuckDBConnection connection;
    private final QuarantineView view;
    private @Nullable Long idleAt;

    /** @param database must outlive this */
    public ReplayRequests(FirnConfig config, Lake lake, DuckDatabase database, Clock clock) {
        this.config = config;
        this.lake = lake;
        this.clock = clock;
        this.workbench = new Workbench(database, config.workbench());
        this.connection = database.connect();
        this.view = new QuarantineView(lake, workbench);
    }

    /**
     * Asks for what is selected and still in quarantine.
     *
     * @param because why; empty for nothing
     * @return the records, in the order in which they came
     */
    public List<QuarantinedRecord> ask(Selection selection, String actor, String because) {
        List<QuarantinedRecord> records = view.list(selection);
        log(clock, actor)
                .append(records.stream()
                        .map(record -> new Entry(record, Action.REQUESTED, because))
                        .toList());
        return records;
    }

    /** @return what became of those of these records that were tried since they were asked for last */
    public List<Entry> tried(List<QuarantinedRecord> records) {
        return view.tried(new Selection(
                List.of(), records.stream().map(QuarantinedRecord::id).toList(), Selection.State.ALL));
    }

    /** @return whether something is asked for; costs little while nothing is added to the quarantine's log */
    public boolean areOpen() {
        Long present = QuarantineLog.snapshot(lake);
        if (present == null || Objects.equals(present, idleAt)) {
            return false;
        }
        boolean open = !view.requests(tables()).isEmpty();
        idleAt = open ? null : present;
        return open;
    }

    private List<String> tables() {
        return List.copyOf(config.tables().keySet());
    }

    /**
     * Replays what is asked for. What cannot be replayed is noted as failed, with the reason, and nobody is stopped by
     * it; what meets another writer is left to that one.
     *
     * @param setup gives a writer's parts; no other writer of this process may be open
     */
    void serve(Supplier<OpenSetup> setup) {
        if (!areOpen()) {
            return;
        }
        for (ReplayRequest request : view.requests(tables())) {
            LOG.info("{} records are replayed for {}", request.records().size(), request.actor());
            Clock later = Clock.offset(clock, ahead(request.at()));
            try (OpenSetup parts = setup.get()) {
                replay(request, parts.setup(), later);
            }
        }
    }

    private void replay(ReplayRequest request, IngestSetup parts, Clock later) {
        try (QuarantineReplay replay = new QuarantineReplay(parts, request.actor(), request.because(), later)) {
            replay.run(request.selection(), entry -> {});
        } catch (RuntimeException e) {
            if (e instanceof FirnException known && known.code() == ErrorCode.FENCED) {
                throw e;
            }
            LOG.warn("a replay for {} failed", request.actor(), e);
            fail(request, later, String.valueOf(e.getMessage()));
        }
    }

    /** What was tried must seem to be after it was asked for, by whatever clock that was. */
    private Duration ahead(Instant asked) {
        Duration ahead = Duration.between(clock.instant(), asked);
        return ahead.isNegative() ? Duration.ZERO : ahead.plusMillis(1);
    }

    private void fail(ReplayRequest request, Clock at, String why) {
        List<String> left = view.requests(tables()).stream()
                .flatMap(open -> open.records().stream())
                .map(QuarantinedRecord::id)
                .toList();
        log(at, request.actor())
                .append(request.records().stream()
                        .filter(record -> left.contains(record.id()))
                        .map(record -> new Entry(record, Action.FAILED, why))
                        .toList());
    }

    private QuarantineLog log(Clock at, String actor) {
        return new QuarantineLog(lake, connection, config.workbench().tempDirectory(), at, actor);
    }

    @Override
    public void close() {
        workbench.close();
        try {
            connection.close();
        } catch (SQLException e) {
            throw FirnException.internal("a connection could not be closed", e);
        }
    }
}
