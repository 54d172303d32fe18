package io.firn.engine.redis;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.engine.redis.PositionStore.Outcome;
import io.firn.engine.redis.PositionStore.Point;
import io.firn.workbench.AsOf;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Writes all rows of the current table, and then what came since.
 *
 * <p>Keys with generations are written unseen and unguarded, and readers are sent to them at the end. Keys without are
 * written in place, guarded by versions as always; rows that the table does not have are deleted after.
 */
final class Rebuild {
    private final ProjectionContext context;
    private final Supplier<LakeTable> lake;
    private final Lease lease;
    private final AsOf moment;

    /**
     * @param lake looks at the table anew
     * @param moment whose rows are loaded before what came since
     */
    Rebuild(ProjectionContext context, Supplier<LakeTable> lake, AsOf moment, Lease lease) {
        this.context = context;
        this.lake = lake;
        this.moment = moment;
        this.lease = lease;
    }

    /**
     * One rebuild under way.
     *
     * @param name tells it from others of the same table
     * @param origin of the data it works on
     * @param generation whose keys it writes
     */
    record Run(String name, String origin, Generation generation) {}

    /** Returns what it came to; empty when Redis lost the data in the meantime, so that it must be begun again. */
    Optional<Progress> run() {
        Position position = context.store().read();
        LakeTable table = lake.get().at(moment);
        if (belongsToAnother(position, table) || hasAnotherForm(position)) {
            forget();
            position = context.store().read();
        }
        boolean nothingThere = position.origin() == null && !hasKeys();
        if (template().hasGenerations()) {
            removeUnfinished(position.generation());
        }
        if (nothingThere || template().hasGenerations()) {
            new Estimator(context).requireRoom(table);
        }
        Run run = begin(position, table);
        Load load = new Load(context, lease, run.generation());
        Applied loaded = load.rows(table);
        boolean mayHaveMore = run.generation().equals(Generation.NONE) && !nothingThere;
        Applied swept = mayHaveMore ? load.sweep(table) : Applied.EMPTY;
        return catchUp(run, table.cut(), loaded, swept);
    }

    /** Returns whether the position counts cuts of another table, or cuts that the lake has gone back behind. */
    static boolean belongsToAnother(Position position, LakeTable table) {
        boolean otherTable = position.table() != null && !position.table().equals(table.identity());
        return otherTable || (position.cut() != null && position.cut() > table.headCut());
    }

    private boolean hasAnotherForm(Position position) {
        return position.key() != null && !position.key().equals(context.keys().description());
    }

    private void forget() {
        context.store().forget();
        if (!template().hasGenerations()) {
            context.keys().unlinkAll(context.servers());
        }
    }

    private boolean hasKeys() {
        boolean[] found = {false};
        context.keys().scan(context.servers(), template().globOfAllGenerations(), portion -> found[0] = true);
        return found[0];
    }

    private Run begin(Position position, LakeTable table) {
        String name = UUID.randomUUID().toString();
        String newOrigin = UUID.randomUUID().toString();
        String origin = context.store().begin(name, table.identity(), newOrigin);
        if (!template().hasGenerations()) {
            return new Run(name, origin, Generation.NONE);
        }
        return new Run(name, origin, context.store().newGeneration());
    }

    private void removeUnfinished(Generation served) {
        context.keys().unlink(context.servers(), template().globOfAllGenerations(), key -> {
            Generation generation = template().generationOf(key);
            return !generation.equals(Generation.NONE) && !generation.equals(served);
        });
    }

    /** Applies what came after the snapshot that was loaded, until the position may be set to it. */
    private Optional<Progress> catchUp(Run run, long loadedCut, Applied loaded, Applied swept) {
        LogApplier log = new LogApplier(context);
        long cut = loadedCut;
        Applied sum = loaded.plus(swept);
        while (true) {
            LakeTable table = lake.get();
            for (LogRange range : changes(table, cut)) {
                sum = sum.plus(log.apply(table, range, run.generation()));
                lease.renew();
            }
            long before = cut;
            cut = Math.max(cut, table.headCut());
            Outcome outcome = context.store().finish(run, new Point(cut, table.logSnapshot()), context);
            if (outcome == Outcome.DONE) {
                return Optional.of(
                        new Progress(context.keys().table(), Progress.State.CAUGHT_UP, cut, loaded.total(), sum));
            }
            if (outcome != Outcome.BEHIND || cut == before) {
                return Optional.empty();
            }
        }
    }

    private List<LogRange> changes(LakeTable table, long cut) {
        List<LogFile> files = table.since(cut, null)
                .orElseThrow(() -> new FirnException(
                        ErrorCode.SERVING_UNAVAILABLE,
                        "table %s holds cut %d, and its change log no longer has all changes after that"
                                .formatted(context.keys().table(), cut)));
        return LogRange.divide(files, cut, table.headCut(), context.settings().batchRows());
    }

    private KeyTemplate template() {
        return context.keys().template();
    }
}
