package io.firn.engine.redis;

import io.firn.catalog.CutProperties;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.workbench.AsOf;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** A table of the lake and its change log as they were at one moment; what moves on later is not seen. */
final class LakeTable {
    private final Table current;
    private final @Nullable Snapshot snapshot;
    private final long cut;
    private final @Nullable LogScan log;

    private LakeTable(Table current, @Nullable Snapshot snapshot, long cut, @Nullable LogScan log) {
        this.current = current;
        this.snapshot = snapshot;
        this.cut = cut;
        this.log = log;
    }

    /**
     * Returns the table as it is now; empty when there is none.
     *
     * @throws FirnException when the table's key is not what its keys in Redis are made of
     */
    static Optional<LakeTable> load(Lake lake, TableKeys keys) {
        Optional<Table> current = lake.find(keys.table());
        current.ifPresent(table -> keys.template().requireColumns(table.schema().identifierFieldNames()));
        return current.map(table -> new LakeTable(
                table, table.currentSnapshot(), CutProperties.applied(table).number(), log(lake, keys.table())));
    }

    /**
     * Returns the table with the rows that it had at a moment; its log is as it is now.
     *
     * @throws FirnException when the table has no such moment
     */
    LakeTable at(AsOf moment) {
        if (moment instanceof AsOf.Head) {
            return this;
        }
        Snapshot then = moment.resolve(current).orElse(null);
        return new LakeTable(
                current, then, CutProperties.appliedAt(current, then).number(), log);
    }

    private static @Nullable LogScan log(Lake lake, String name) {
        return lake.find(TableDefinition.changeLogOf(name)).map(LogScan::of).orElse(null);
    }

    /** Returns the current table. */
    Table current() {
        return current;
    }

    /** Returns the snapshot whose rows these are; null when there is none. */
    @Nullable
    Snapshot snapshot() {
        return snapshot;
    }

    /** Returns the cut that the snapshot holds. */
    long cut() {
        return cut;
    }

    /** Returns the latest cut known of the table, which its log may hold before it does itself. */
    long headCut() {
        return log == null ? cut() : Math.max(cut(), log.headCut());
    }

    /** Returns the log's snapshot, or {@link LogScan#NO_SNAPSHOT}. */
    long logSnapshot() {
        return log == null ? LogScan.NO_SNAPSHOT : log.snapshotId();
    }

    /** Returns the change log; null when there is none. */
    @Nullable
    LogScan log() {
        return log;
    }

    /** Returns what {@link LogScan#since} says; without a log nothing came since. */
    Optional<List<LogFile>> since(long cut, @Nullable Long snapshot) {
        return log == null ? Optional.of(List.of()) : log.since(cut, snapshot);
    }

    /** Returns what tells this table from another one of the same name. */
    String identity() {
        return current.uuid().toString();
    }
}
