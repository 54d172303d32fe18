package io.firn.compactor.commit;

import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.rewrite.RewrittenGroup;

/**
 * What became of one group.
 *
 * @param detail in words for a person; empty when it was committed
 * @param filesAfter data files in place of the group's; 0 unless committed
 * @param bytesAfter their size
 * @param carriedDeletes rows deleted by others during the rewrite that are deleted in the new files as well
 */
public record GroupOutcome(
        FileGroup group, Status status, String detail, int filesAfter, long bytesAfter, long carriedDeletes) {
    /** How it ended. */
    public enum Status {
        /** The new files are in the table. */
        COMMITTED,
        /** Another writer removed or replaced a file of the group first; the table is as that writer left it. */
        ABANDONED,
        /** The new files did not hold what the old ones held. They are kept for inspection, outside the table. */
        PROOF_FAILED,
        /** Something stood in the way, such as a full disk; the table is unchanged. */
        FAILED
    }

    /** Returns how many bytes less the files have that may hold a value of the sort key; 0 unless committed. */
    public long lookUpBytesSaved() {
        long after = filesAfter == 0 ? 0 : bytesAfter / filesAfter;
        return status == Status.COMMITTED ? Math.max(0, group.lookUpBytes() - after) : 0;
    }

    static GroupOutcome committed(RewrittenGroup rewritten, long carriedDeletes) {
        return new GroupOutcome(
                rewritten.group(), Status.COMMITTED, "", rewritten.outputs().size(), rewritten.bytes(), carriedDeletes);
    }

    /** A group whose new files are not in the table. */
    public static GroupOutcome without(FileGroup group, Status status, String detail) {
        return new GroupOutcome(group, status, detail, 0, 0, 0);
    }
}
