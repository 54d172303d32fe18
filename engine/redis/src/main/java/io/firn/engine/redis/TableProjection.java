package io.firn.engine.redis;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.engine.ingest.CommittedCut;
import io.firn.engine.redis.PositionStore.Outcome;
import io.firn.engine.redis.PositionStore.Point;
import io.firn.workbench.AsOf;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Brings one table's rows in Redis up to the lake, from wherever they are. */
final class TableProjection {
    private static final int MAX_BEGINNINGS = 5;

    private final ProjectionContext context;
    private final Lake lake;
    private final Clock clock;

    TableProjection(ProjectionContext context, Lake lake, Clock clock) {
        this.context = context;
        this.lake = lake;
        this.clock = clock;
    }

    /** Applies what the change log has beyond the position; loads the table when that does not do. */
    Progress catchUp() {
        return insist(this::tryCatchUp);
    }

    /**
     * Applies a cut from memory when it is what comes next; else what the change log has beyond the position, the cut
     * among it.
     */
    Progress apply(CommittedCut cut) {
        Position position = context.store().read();
        Long reached = position.cut();
        boolean isOfThisTable = context.keys().description().equals(position.key())
                && cut.identity().equals(position.table())
                && position.rebuild() == null;
        if (reached == null || !isOfThisTable || reached < cut.after()) {
            return catchUp();
        }
        if (reached >= cut.number()) {
            return new Progress(name(), Progress.State.CAUGHT_UP, reached, 0, Applied.EMPTY);
        }
        Applied applied = new LogApplier(context).apply(cut, position.generation());
        Point point = new Point(cut.number(), cut.logged().snapshotId());
        Outcome outcome = context.store().advance(position, reached, point);
        if (outcome.reached()) {
            return new Progress(name(), Progress.State.CAUGHT_UP, cut.number(), 0, applied);
        }
        if (outcome == Outcome.OTHER_ORIGIN) {
            noteStrayWrites(cut.identity());
        }
        return catchUp();
    }

    /**
     * Writes all rows anew: those of a moment, and then what came since.
     *
     * @throws FirnException when another process is doing that
     */
    Progress rebuild(AsOf moment) {
        if (!(moment instanceof AsOf.Head) && !template().hasGenerations()) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID,
                    ("serving.redis.tables.%s.key must have {gen} for a rebuild from an earlier moment, which readers must not"
                                    + " see, but was %s")
                            .formatted(name(), template()));
        }
        Attempt whenAnotherDoes = () -> {
            throw new FirnException(
                    ErrorCode.SERVING_UNAVAILABLE, "table %s is being rebuilt by another process".formatted(name()));
        };
        return insist(() -> tryRebuild(moment, whenAnotherDoes));
    }

    /** Compares Redis with the lake. */
    Verification verify(Coverage coverage) {
        Position position = context.store().read();
        if (position.cut() == null) {
            throw new FirnException(
                    ErrorCode.CHECK_FAILED, "%s has not loaded table %s yet".formatted(context.servers(), name()));
        }
        return new Verifier(context, table(), position).run(coverage);
    }

    /** Says what the table takes in Redis. */
    Estimate estimate() {
        return new Estimator(context).of(table());
    }

    /** An attempt ends empty when Redis lost data under it, or another projector made its work void. */
    private Progress insist(Attempt attempt) {
        for (int i = 0; i < MAX_BEGINNINGS; i++) {
            Optional<Progress> progress = attempt.run();
            if (progress.isPresent()) {
                return progress.get();
            }
        }
        throw new FirnException(
                ErrorCode.SERVING_UNAVAILABLE,
                "%s lost data of table %s while it was written, %d times in a row"
                        .formatted(context.servers(), name(), MAX_BEGINNINGS));
    }

    private interface Attempt {
        Optional<Progress> run();
    }

    private Optional<Progress> tryCatchUp() {
        Position position = context.store().read();
        Optional<LakeTable> found = LakeTable.load(lake, context.keys());
        if (found.isEmpty()) {
            return Optional.of(new Progress(name(), Progress.State.NO_TABLE, 0, 0, Applied.EMPTY));
        }
        LakeTable table = found.get();
        Optional<List<LogFile>> changes =
                usable(position, table) ? table.since(cut(position), position.snapshot()) : Optional.empty();
        if (changes.isEmpty()) {
            return tryRebuild(() -> Optional.of(progress(Progress.State.WAITING, position, Applied.EMPTY)));
        }
        if (position.rebuild() != null) {
            return tryRebuild(() -> follow(position, table, changes.get()));
        }
        removeRetired(position);
        return follow(position, table, changes.get());
    }

    private boolean usable(Position position, LakeTable table) {
        return position.cut() != null
                && context.keys().description().equals(position.key())
                && !Rebuild.belongsToAnother(position, table);
    }

    private Optional<Progress> tryRebuild(Attempt whenAnotherDoes) {
        return tryRebuild(new AsOf.Head(), whenAnotherDoes);
    }

    private Optional<Progress> tryRebuild(AsOf moment, Attempt whenAnotherDoes) {
        Optional<Lease> lease = Lease.take(context.servers(), context.store().leaseKey(), context.holder());
        if (lease.isEmpty()) {
            return whenAnotherDoes.run();
        }
        try (Lease held = lease.get()) {
            return new Rebuild(context, this::table, moment, held).run();
        }
    }

    private LakeTable table() {
        return LakeTable.load(lake, context.keys())
                .orElseThrow(() ->
                        new FirnException(ErrorCode.TABLE_NOT_FOUND, "table %s does not exist".formatted(name())));
    }

    private Optional<Progress> follow(Position position, LakeTable table, List<LogFile> changes) {
        LogApplier log = new LogApplier(context);
        Applied applied = Applied.EMPTY;
        long headCut = table.headCut();
        for (LogRange range : LogRange.divide(
                changes, cut(position), headCut, context.settings().batchRows())) {
            applied = applied.plus(log.apply(table, range, position.generation()));
            Outcome outcome = context.store().advance(position, range.after(), reached(range, table, position));
            if (outcome == Outcome.OTHER_ORIGIN) {
                return rebuildAfterStrayWrites(table);
            }
            if (!outcome.reached()) {
                return Optional.empty();
            }
        }
        return Optional.of(new Progress(name(), Progress.State.CAUGHT_UP, headCut, 0, applied));
    }

    /**
     * What was written met data that was loaded since and knows no tombstones of before, so that a deleted row may be
     * there again.
     */
    private Optional<Progress> rebuildAfterStrayWrites(LakeTable table) {
        noteStrayWrites(table.identity());
        return tryRebuild(() -> Optional.of(progress(Progress.State.WAITING, Position.NONE, Applied.EMPTY)));
    }

    private void noteStrayWrites(String table) {
        String stray = UUID.randomUUID().toString();
        context.store().begin(stray, table, stray);
    }

    /** The log's snapshot belongs to its latest cut; with an earlier one, the snapshot before stays. */
    private static Point reached(LogRange range, LakeTable table, Position position) {
        boolean atHead = range.upTo() == table.headCut();
        long before = position.snapshot() == null ? LogScan.NO_SNAPSHOT : position.snapshot();
        return new Point(range.upTo(), atHead ? table.logSnapshot() : before);
    }

    private void removeRetired(Position position) {
        if (position.retire() == null || clock.instant().isBefore(position.retire())) {
            return;
        }
        Generation served = position.generation();
        context.keys().unlink(context.servers(), template().globOfAllGenerations(), key -> {
            Generation generation = template().generationOf(key);
            return !generation.equals(Generation.NONE) && generation.isBefore(served);
        });
        context.store().retired(served);
    }

    private Progress progress(Progress.State state, Position position, Applied applied) {
        return new Progress(name(), state, position.cut() == null ? 0 : position.cut(), 0, applied);
    }

    private static long cut(Position position) {
        return position.cut() == null ? 0 : position.cut();
    }

    private String name() {
        return context.keys().table();
    }

    private KeyTemplate template() {
        return context.keys().template();
    }
}
