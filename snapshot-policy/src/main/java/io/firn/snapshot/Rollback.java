package io.firn.snapshot;

import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.workbench.AsOf;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Sets a current table back to an earlier moment. Its change log stays as it is and is ahead of it from then on, so
 * that the next writer, or the one at work once it has noticed, folds into the table again what came since.
 */
public final class Rollback {
    private final Lake lake;

    /** Works on the tables of a lake. */
    public Rollback(Lake lake) {
        this.lake = lake;
    }

    /**
     * What is to be done.
     *
     * @param fromCut the cut that the table holds
     * @param toCut the cut that it held at the moment
     */
    public record Plan(String table, long fromSnapshot, long toSnapshot, long fromCut, long toCut) {}

    /**
     * Decides where a table goes back to.
     *
     * @throws FirnException when it has nothing at the moment, or the moment is not in its past
     */
    public Plan plan(String name, AsOf moment) {
        Table table = lake.table(name);
        Snapshot head = table.currentSnapshot();
        Snapshot goal = moment.resolve(table).orElse(null);
        if (head == null || goal == null || !SnapshotUtil.isAncestorOf(table, head.snapshotId(), goal.snapshotId())) {
            throw new FirnException(
                    ErrorCode.SNAPSHOT_NOT_FOUND,
                    "table %s was never at this moment: nothing to go back to".formatted(name));
        }
        return new Plan(
                name,
                head.snapshotId(),
                goal.snapshotId(),
                CutProperties.applied(table).number(),
                CutProperties.appliedAt(table, goal).number());
    }

    /**
     * Does it.
     *
     * @throws FirnException when somebody has changed the table since it was planned
     */
    public void apply(Plan plan) {
        Table table = lake.table(plan.table());
        Snapshot head = table.currentSnapshot();
        if (head == null || head.snapshotId() != plan.fromSnapshot()) {
            throw new FirnException(
                    ErrorCode.COMMIT_CONFLICT,
                    "table %s was changed meanwhile and was left as it is: try again".formatted(plan.table()));
        }
        table.manageSnapshots().rollbackTo(plan.toSnapshot()).commit();
    }
}
