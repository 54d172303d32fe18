package io.firn.demo;

/**
 * What a workload has done. Row counts are of committed statements; rows that followed a renumbered product by a
 * foreign key are not in them.
 *
 * @param commits committed transactions
 * @param rollbacks transactions taken back on purpose
 * @param conflicts transactions the database took back, for a deadlock between sessions
 */
public record WorkloadCounts(
        long commits, long rollbacks, long conflicts, long inserts, long updates, long deletes, long truncates) {
    public static final WorkloadCounts EMPTY = new WorkloadCounts(0, 0, 0, 0, 0, 0, 0);
    static final WorkloadCounts COMMIT = new WorkloadCounts(1, 0, 0, 0, 0, 0, 0);
    static final WorkloadCounts ROLLBACK = new WorkloadCounts(0, 1, 0, 0, 0, 0, 0);
    static final WorkloadCounts CONFLICT = new WorkloadCounts(0, 0, 1, 0, 0, 0, 0);
    static final WorkloadCounts TRUNCATE = new WorkloadCounts(0, 0, 0, 0, 0, 0, 1);

    static WorkloadCounts inserted(long rows) {
        return new WorkloadCounts(0, 0, 0, rows, 0, 0, 0);
    }

    static WorkloadCounts updated(long rows) {
        return new WorkloadCounts(0, 0, 0, 0, rows, 0, 0);
    }

    static WorkloadCounts deleted(long rows) {
        return new WorkloadCounts(0, 0, 0, 0, 0, rows, 0);
    }

    public WorkloadCounts plus(WorkloadCounts other) {
        return new WorkloadCounts(
                commits + other.commits,
                rollbacks + other.rollbacks,
                conflicts + other.conflicts,
                inserts + other.inserts,
                updates + other.updates,
                deletes + other.deletes,
                truncates + other.truncates);
    }

    /** Rows inserted, updated and deleted. */
    public long changes() {
        return inserts + updates + deletes;
    }
}
