package io.firn.engine.redis;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.RedisConfig;
import io.firn.engine.ingest.CommittedCut;
import io.firn.workbench.AsOf;
import io.firn.workbench.Workbench;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps current rows in Redis in step with the lake, and never takes one back to an older version, whoever else writes
 * the same rows at the same time.
 *
 * <p>How far it is stands in Redis next to the rows, so that every call goes on from what Redis really has. After a
 * failure the next call connects anew. Used by one thread at a time.
 */
public final class Projector implements AutoCloseable {
    private final RedisAddress address;
    private final Map<String, TableKeys> keys;
    private final Lake lake;
    private final LakeRows rows;
    private final ProjectorSettings settings;
    private final Clock clock;
    private final String name = UUID.randomUUID().toString();
    private @Nullable RedisServers servers;

    Projector(RedisConfig config, Lake lake, LakeRows rows, ProjectorSettings settings, Clock clock) {
        this.address = RedisAddress.parse(config.uri());
        this.lake = lake;
        this.rows = rows;
        this.settings = settings;
        this.clock = clock;
        this.keys = Placement.of(config);
    }

    /**
     * Connects to Redis.
     *
     * @throws FirnException when Redis cannot be reached or does not let this user in, or when the configuration would
     *     give rows of two tables the same key
     */
    public static Projector open(RedisConfig config, Lake lake, Workbench workbench) {
        return open(config, lake, workbench, ProjectorSettings.DEFAULT);
    }

    /** Connects to Redis, to work in another than the usual way. */
    public static Projector open(RedisConfig config, Lake lake, Workbench workbench, ProjectorSettings settings) {
        Projector projector = new Projector(config, lake, new LakeRows(workbench), settings, Clock.systemUTC());
        projector.servers();
        return projector;
    }

    /** Returns the projected tables, as configured. */
    public Set<String> tables() {
        return Collections.unmodifiableSet(keys.keySet());
    }

    /** Applies to every projected table what Redis does not have yet, and returns where each is then. */
    public List<Progress> catchUp() {
        List<Progress> all = new ArrayList<>();
        for (String table : tables()) {
            all.add(catchUp(table));
        }
        return all;
    }

    /**
     * Applies what the table's change log has beyond the position in Redis, in portions after each of which the
     * position moves. When there is no position, or the log does not reach back to it, the table is loaded first.
     */
    public Progress catchUp(String table) {
        return with(table, TableProjection::catchUp);
    }

    /**
     * Applies a cut from memory, when Redis is where the cut begins. When Redis has not all before it, or is not what
     * it was, this is {@link #catchUp(String)}.
     *
     * @param cut of a projected table, kept by the caller, who drops it
     */
    public Progress apply(CommittedCut cut) {
        return with(cut.table(), projection -> projection.apply(cut));
    }

    /**
     * Writes all rows of the table anew, and removes those that it does not have.
     *
     * @throws FirnException when another process is rebuilding the table
     */
    public Progress rebuild(String table) {
        return rebuild(table, new AsOf.Head());
    }

    /**
     * The same from the rows of an earlier moment, with what came since from the change log; readers are switched to
     * all of it.
     *
     * @throws FirnException when another process is rebuilding the table, when its key has no {@code {gen}}, or when
     *     the change log does not reach back to that moment
     */
    public Progress rebuild(String table, AsOf moment) {
        return with(table, projection -> projection.rebuild(moment));
    }

    /**
     * Compares rows in Redis with the lake's at the position of Redis.
     *
     * @throws FirnException when Redis has no position of the table
     */
    public Verification verify(String table, Coverage coverage) {
        return with(table, projection -> projection.verify(coverage));
    }

    /**
     * Says what the table takes in Redis, as measured there on some of its rows, which are removed again.
     *
     * @throws FirnException when the lake has no such table
     */
    public Estimate estimate(String table) {
        return with(table, TableProjection::estimate);
    }

    /**
     * Catches up with a commit.
     *
     * @param receipt of a commit to a table or to its change log
     * @return where the table is then; empty when it is not projected
     */
    public Optional<Progress> onCommit(CommitReceipt receipt) {
        String name = receipt.table().substring(receipt.table().lastIndexOf('.') + 1);
        return tables().stream()
                .filter(table -> name.equals(table) || name.equals(TableDefinition.changeLogOf(table)))
                .findFirst()
                .map(this::catchUp);
    }

    private <T> T with(String table, Function<TableProjection, T> work) {
        TableKeys known = keys.get(table);
        if (known == null) {
            throw new FirnException(
                    ErrorCode.TABLE_NOT_FOUND,
                    "table %s is not one of serving.redis.tables (%s)".formatted(table, String.join(", ", tables())));
        }
        try {
            return work.apply(projection(known));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private TableProjection projection(TableKeys table) {
        RedisServers redis = servers();
        if (redis.cluster() && !(table.links().isEmpty() && table.dependents().isEmpty())) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID,
                    "serving.redis.tables.%s has sets or embedded tables, which need a Redis with one primary, but %s"
                            .formatted(table.table(), redis));
        }
        PositionStore store = new PositionStore(redis, lake.namespace() + "." + table.table(), clock);
        return new TableProjection(new ProjectionContext(redis, store, table, rows, settings, name), lake, clock);
    }

    private RedisServers servers() {
        RedisServers open = servers;
        if (open == null) {
            open = RedisServers.open(address);
            servers = open;
        }
        return open;
    }

    @Override
    public void close() {
        if (servers != null) {
            servers.close();
            servers = null;
        }
    }
}
